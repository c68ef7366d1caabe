"""MLServer: a runtime of one's own, as its documentation shows, over ONNX Runtime with one thread.

JSON works use its NumPy codec. Its REST has no binary form, so arrays that go as bytes use its
base64 codec, the cheapest of those it has.
"""

import onnxruntime as ort
from mlserver import MLModel
from mlserver.codecs import Base64Codec, NumpyCodec
from mlserver.types import InferenceRequest, InferenceResponse

from benchmarks.rivals.arrays import from_npy, to_npy


class Runtime(MLModel):
    """A graph of any inputs."""

    async def load(self) -> bool:
        """Make the session."""
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = ort.InferenceSession(self.settings.parameters.uri, options)
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        """Run the graph."""
        binary = payload.inputs[0].datatype == "BYTES"
        if binary:
            feeds = {t.name: from_npy(Base64Codec.decode_input(t)[0]) for t in payload.inputs}
        else:
            feeds = {t.name: NumpyCodec.decode_input(t) for t in payload.inputs}
        found = self._session.run(None, feeds)[0]
        encode = Base64Codec.encode_output if binary else NumpyCodec.encode_output
        output = encode("output", [to_npy(found)] if binary else found)
        return InferenceResponse(model_name=self.name, outputs=[output])
