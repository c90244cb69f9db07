# Builds the console and leaves little beside it: no shell, no package manager, no root.
#
#   docker build -t sluicegate .
#   docker run --rm -p 8080:8080 -v sluicegate:/var/lib/sluicegate \
#     -v "$PWD/sluicegate.toml:/etc/sluicegate/sluicegate.toml:ro" sluicegate
#
# It listens on every address of the container, and believes nobody but identity.trusted_proxies:
# put the sign-on proxy in front, and let nothing else reach the port. AWS credentials come from the
# container's or instance's role, or from AWS_… variables. Without an account or a proxy, on the
# host's own network, because the demo listens on loopback only:
#   docker run --rm --network host sluicegate demo
# Settings: mount a file at /etc/sluicegate/sluicegate.toml, or set SLUICEGATE_… variables. Change the
# address by SLUICEGATE_SERVER__LISTEN rather than --listen, so that the health check follows it.

# The last stage's Debian must be this one's, or a later one: the binary is linked against its libc.
FROM rust:1.95-bookworm AS build
WORKDIR /build

# The dependencies alone first, so that a change of our own code does not build them again.
COPY Cargo.toml Cargo.lock ./
RUN mkdir -p src tests \
 && echo 'fn main() {}' > src/main.rs \
 && touch src/lib.rs tests/main.rs \
 && cargo build --release --locked --bin sluicegate \
 && rm -r src tests

COPY . .
# The stand-ins above may be newer than the sources; cargo goes by the time.
RUN touch src/main.rs src/lib.rs \
 && cargo build --release --locked --bin sluicegate \
 && mkdir /state /settings

# Holds libc, libgcc and the CA certificates.
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /build/target/release/sluicegate /sluicegate
COPY --from=build /build/LICENSE /LICENSE
# A new volume takes the folder's owner with it.
COPY --from=build --chown=65532:65532 /state /var/lib/sluicegate
COPY --from=build /settings /etc/sluicegate
ENV SLUICEGATE_STATE_DIR=/var/lib/sluicegate \
    SLUICEGATE_SERVER__LISTEN=0.0.0.0:8080
VOLUME /var/lib/sluicegate
# Where sluicegate.toml is looked for.
WORKDIR /etc/sluicegate
USER 65532:65532
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=6s --start-period=10s --retries=3 CMD ["/sluicegate", "health"]
ENTRYPOINT ["/sluicegate"]
CMD ["serve"]
