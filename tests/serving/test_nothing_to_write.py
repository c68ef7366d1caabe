"""Where nothing can be written, as under a root that is read-only, all works but refs."""

from tests.serving.server import SOFTMAX, post, serving

NOWHERE = "/proc/nowhere/store"


def test_it_serves_and_gives_no_refs() -> None:
    with serving(workers=2, store_dir=NOWHERE) as server:
        for _ in range(10):
            assert server.is_well()
        held = server.ask(post("/api/v1/tensors", b'{"input": [1, 2]}'))
        assert (held.status, held.json["ref"]) == (201, None)
        answer = server.ask(post(f"{SOFTMAX}?refs=1", b'{"input": [0, 0]}'))
        assert (answer.json["refs"], answer.json["output"]) == (
            {"input": None, "output": None},
            [0.5, 0.5],
        )
