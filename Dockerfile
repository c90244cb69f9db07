# Builds the console and leaves little beside it: no shell, no package manager, no root.
#
#   docker build -t sluicegate .
#   docker run --rm -p 8080:8080 -v sluicegate:/var/lib/sluicegate \
#     -v "$PWD/sluicegate.toml:/etc/sluicegate/sluicegate.toml:ro" sluicegate
#
# It listens on every address of the container and trusts only identity.trusted_proxies: put the sign-on
# proxy in front, and let nothing else reach the port. AWS credentials come from the container's or
# instance's role, or from AWS_… variables. Settings: mount a file at /etc/sluicegate/sluicegate.toml, or
# set SLUICEGATE_… variables. Change the address with SLUICEGATE_SERVER__LISTEN rather than --listen, so
# that the health check follows it.
#
# The default image holds the console alone. A second target adds the local SageMaker, for a look without
# an account or a proxy; it runs on the host's network because the demo listens on loopback only:
#
#   docker build --target demo -t sluicegate-demo .
#   docker run --rm --network host sluicegate-demo

# The last stages' Debian must be this one's, or a later one: the binary is linked against its libc.
FROM rust:1.95-bookworm AS dependencies
WORKDIR /build

# The dependencies alone first, so that a change of our own code does not build them again.
COPY Cargo.toml Cargo.lock ./
COPY src/aws/Cargo.toml src/aws/Cargo.toml
COPY src/definition/Cargo.toml src/definition/Cargo.toml
COPY src/domain/Cargo.toml src/domain/Cargo.toml
COPY src/emulator/Cargo.toml src/emulator/Cargo.toml
COPY src/shapes/Cargo.toml src/shapes/Cargo.toml
RUN echo 'fn main() {}' | tee src/main.rs > src/emulator/main.rs \
 && touch src/lib.rs src/aws/mod.rs src/definition/lib.rs src/domain/mod.rs src/emulator/lib.rs src/shapes/lib.rs \
 && cargo build --release --locked --bin sluicegate \
 && rm -r src \
 && mkdir /state /settings

# The stand-ins above may be newer than the sources, and cargo compares modification times: hence the `touch`.
FROM dependencies AS console
COPY . .
RUN find src -name '*.rs' -exec touch {} + \
 && cargo build --release --locked --no-default-features --bin sluicegate

FROM dependencies AS console-with-emulator
COPY . .
RUN find src -name '*.rs' -exec touch {} + \
 && cargo build --release --locked --bin sluicegate

# Holds libc, libgcc and the CA certificates.
FROM gcr.io/distroless/cc-debian12:nonroot AS runtime
COPY LICENSE /LICENSE
# A new volume takes the folder's owner with it.
COPY --from=dependencies --chown=65532:65532 /state /var/lib/sluicegate
COPY --from=dependencies /settings /etc/sluicegate
ENV SLUICEGATE_STATE_DIR=/var/lib/sluicegate \
    SLUICEGATE_SERVER__LISTEN=0.0.0.0:8080
VOLUME /var/lib/sluicegate
# Where sluicegate.toml is looked for.
WORKDIR /etc/sluicegate
USER 65532:65532
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=6s --start-period=10s --retries=3 CMD ["/sluicegate", "health"]
ENTRYPOINT ["/sluicegate"]

FROM runtime AS demo
COPY --from=console-with-emulator /build/target/release/sluicegate /sluicegate
CMD ["demo"]

FROM runtime
COPY --from=console /build/target/release/sluicegate /sluicegate
CMD ["serve"]
