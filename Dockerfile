# policyctl and policyctl-webhook, statically linked, on a base of your choice.
#   docker build --tag policyctl .
#   docker build --build-arg BASE=gcr.io/distroless/static-debian12:nonroot --tag policyctl .
# Compressed as well as gzip can it weighs 19 MB, of 25 that `cargo xtask image` allows; `docker build` compresses less.
#   cargo xtask image    compiles outside, and hands in what it made as the build context `binaries`
ARG BASE=scratch

FROM docker.io/library/rust:1.95.0-bookworm AS binaries
WORKDIR /source
COPY . .
# The toolchain that is there will do: no need to fetch what rust-toolchain.toml asks for beside the compiler.
ENV RUSTUP_TOOLCHAIN=1.95.0
RUN .ci/static dist /

FROM ${BASE}
LABEL org.opencontainers.image.title="policyctl" \
      org.opencontainers.image.source="https://github.com/policyctl/policyctl" \
      org.opencontainers.image.licenses="Apache-2.0"
# For callers of AWS: the gateway and `policyctl ecs`.
COPY --from=binaries /ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=binaries /policyctl /policyctl-webhook /usr/bin/
# By number: kubelet cannot tell of a name whether it is root.
USER 65532:65532
ENV PATH=/usr/bin
ENTRYPOINT ["/usr/bin/policyctl-webhook"]
