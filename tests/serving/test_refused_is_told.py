"""What a connection is told before a route is reached has an id, a line and a count too."""

from pathlib import Path

from tests.serving.running import running


def test_it_is_told_and_counted(tmp_path: Path) -> None:
    with running(tmp_path, workers=1) as service:
        answer = service.ask(b"GET / HTTP/1.1\r\nX-Request-ID: odd\r\nExpect: s3cr3t\r\n\r\n")
        assert (answer.status, answer.headers["x-request-id"]) == (417, "odd")
        assert service.ask(b"\x00\r\n\r\n").headers["x-request-id"]
        assert service.metric('layerlab_refusals_total{reason="unexpected"}') == 1
        assert service.metric('layerlab_requests_total{route="none",status="400"}') == 1
    odd, unreadable = service.requests_told()
    assert (odd["id"], odd["status"], odd["reason"]) == ("odd", 417, "unexpected")
    assert "s3cr3t" not in str(odd)
    assert (unreadable["status"], unreadable["reason"]) == (400, "unreadable")
