# Builds from sources alone: docker build -t ocpp-logs .
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
COPY packages/core/package.json packages/core/
COPY packages/server/package.json packages/server/
COPY packages/dashboard/package.json packages/dashboard/
RUN npm ci --include=dev --include=optional --no-audit --no-fund
COPY tsconfig.json tsconfig.base.json ./
COPY scripts scripts
COPY packages packages
RUN node scripts/build.mjs \
  # The image brings its own Node 24: the one from npm, and all that only builds and tests need, stay behind.
  && npm ci --omit=dev --omit=optional --no-audit --no-fund

FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production \
  MALLOC_ARENA_MAX=2 \
  MALLOC_MMAP_THRESHOLD_=16384 \
  MALLOC_TRIM_THRESHOLD_=131072 \
  OCPP_LOGS_HOST=0.0.0.0 \
  OCPP_LOGS_PORT=9016 \
  OCPP_LOGS_DATA=/data
WORKDIR /app
COPY --from=build /build/package.json ./
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/packages/core/package.json packages/core/
COPY --from=build /build/packages/core/dist packages/core/dist
COPY --from=build /build/packages/server/package.json packages/server/
COPY --from=build /build/packages/server/bin packages/server/bin
COPY --from=build /build/packages/server/dist packages/server/dist
COPY --from=build /build/packages/dashboard/package.json packages/dashboard/
COPY --from=build /build/packages/dashboard/dist packages/dashboard/dist
COPY --from=build /build/scripts scripts
COPY deploy/health.mjs deploy/
RUN ln -s /app/packages/server/bin/ocpp-logs.mjs /usr/local/bin/ocpp-logs \
  && mkdir /data /backup && chown node:node /data /backup && chmod 0700 /data /backup
USER node
VOLUME /data
EXPOSE 9016
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["node", "/app/deploy/health.mjs"]
ENTRYPOINT ["ocpp-logs"]
CMD ["serve"]
