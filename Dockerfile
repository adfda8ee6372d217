# attune serve, with the page: docs/server.md. Debian's C library, for the runtime has no other.
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY .npmrc package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY bin bin
COPY src src
COPY page page
COPY weights weights
RUN npm run build:page && npm prune --omit=dev --no-audit --no-fund \
  # binaries for other machines, and what the page has its own copy of
  && find node_modules/onnxruntime-node/bin -type f ! -path "*/linux/$(node -p process.arch)/*" -delete \
  && find node_modules/onnxruntime-web/dist -name '*.wasm' -delete \
  && find node_modules -name '*.map' -delete

FROM node:22-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY LICENSE package.json ./
COPY licenses licenses
COPY bin bin
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY --from=build /app/weights weights
USER node
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/readyz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "bin/attune.js"]
CMD ["serve", "--host", "0.0.0.0"]
