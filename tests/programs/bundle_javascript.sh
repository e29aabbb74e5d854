# A bundler, in a recent Go, over a small project of JavaScript, TypeScript, JSX, CSS and JSON.
# programs: esbuild

mkdir -p src/parts
{
  for ((i = 0; i < 60; ++i)); do
    printf 'import { part%d } from "./parts/part%d";\n' $i $i
  done
  printf 'import "./style.css";\nimport data from "./data.json";\nimport { View } from "./view";\n'
  printf 'console.log(data.name, View({ title: "x" }), ['
  for ((i = 0; i < 60; ++i)); do printf 'part%d(%d), ' $i $i; done
  printf ']);\nimport("./late").then((late) => late.default());\n'
} >src/main.ts
for ((i = 0; i < 60; ++i)); do
  cat >src/parts/part$i.ts <<TS
import { shared, Kind } from "../shared";
interface Shape$i { size: number; kind?: Kind; }
export function part$i(n: number): string {
  const shape: Shape$i = { size: n ** 2, kind: Kind.Round };
  return \`\${shared(shape?.size ?? $i)} part $i\`;
}
export const unused$i = () => part$i($i) + "never";
TS
done
cat >src/shared.ts <<'TS'
export enum Kind { Round, Square = 4 }
export const shared = (n: number) => (n > 1_000 ? "big" : "small") as const;
export class Unused { #secret = 1; static { Unused.name; } get secret() { return this.#secret; } }
TS
cat >src/view.tsx <<'TS'
export const View = (p: { title: string }) => <div className="v" {...p}>{p.title}<br /></div>;
TS
echo 'export default async function* () { yield* [1n, /x/s]; }' >src/late.js
echo '{ "name": "project", "list": [1, 2, { "deep": null }] }' >src/data.json
printf '@import "./more.css";\n.a { .b & { color: #ff0000; inset: 0 } }\n' >src/style.css
echo '.more { margin: 0px 0px 0px 0px; background: url(data:text/plain,x) }' >src/more.css

# One CPU would have Go use one thread: more, and many collections, have them stop each other.
run GOMAXPROCS=6 GOGC=5 esbuild src/main.ts --bundle --outfile=out/plain.js --jsx=automatic --external:react --format=esm --log-level=warning
run esbuild src/main.ts --bundle --minify --sourcemap --splitting --format=esm --outdir=out/small \
  --jsx-factory=h --target=es2017,safari12 --metafile=out/meta.json --log-level=warning
run esbuild src/main.ts src/late.js --outdir=out/each --format=cjs --charset=utf8 --legal-comments=none --log-level=warning
run esbuild --loader=ts --minify <src/shared.ts
echo 'import x from "./missing"; let x; const y = ;' >src/broken.ts
run esbuild src/broken.ts --bundle --log-level=error 2>&1
run esbuild --version
