import type { CsvDialect, ExportFilter } from "./generated/graphql.js";

/** An export that a program is to make. */
export interface SnippetChoice {
  /** Where the server is: "https://sentiloop.example". */
  readonly origin: string;
  readonly dialect: CsvDialect;
  readonly filter: ExportFilter | null;
  /** Whether the server wants a key; the programs take it from the variable SENTILOOP_KEY. */
  readonly authorized: boolean;
}

const FIELDS = "id status url sha256 error";
const FOLLOW = `query ($id: ID!) { datasetExport(id: $id) { ${FIELDS} } }`;

/** An export for a POSIX shell with curl, sed and sha256sum. */
export function curlSnippet({ authorized, origin, ...choice }: SnippetChoice): string {
  const key = authorized ? `\n    --header "authorization: Bearer $SENTILOOP_KEY" \\` : "";
  // A person's choice stands in a quoted here-document and on one line: no shell ever interprets it.
  return `server='${origin}'
ask() {
  curl --silent --show-error --fail-with-body "$server/graphql" \\
    --header 'content-type: application/json' \\${key}
    --data-binary @-
}
field() { printf '%s' "$answer" | sed -n "s/.*\\"$1\\":\\"\\([^\\"]*\\)\\".*/\\1/p"; }

answer=$(ask <<'END'
${JSON.stringify({ query: mutationOf(choice), variables: variablesOf(choice) })}
END
)
while [ "$(field status)" = RUNNING ]; do
  sleep 1
  answer=$(printf '{"query":"${FOLLOW}","variables":{"id":"%s"}}' "$(field id)" | ask)
done
url=$(field url)
case $url in /*) url=$server$url ;; esac
if [ "$url" ]; then
  curl --silent --show-error --fail --output dataset.csv "$url" &&
    echo "$(field sha256)  dataset.csv" | sha256sum --check
else
  printf '%s\\n' "$answer" >&2
  false
fi
`;
}

/** An export for Python 3.8 or newer, with its standard library alone. */
export function pythonSnippet({ authorized, origin, ...choice }: SnippetChoice): string {
  const key = authorized ? `, "Authorization": "Bearer " + os.environ["SENTILOOP_KEY"]` : "";
  // JSON without true, false and null is Python, too.
  return `import hashlib, json, ${authorized ? "os, " : ""}sys, time
from urllib.parse import urljoin
from urllib.request import Request, urlopen

SERVER = ${JSON.stringify(origin)}
EXPORT = "${mutationOf(choice)}"
FOLLOW = "${FOLLOW}"
CHOICE = ${JSON.stringify(variablesOf(choice), null, 4)}


def ask(query, variables):
    headers = {"Content-Type": "application/json"${key}}
    body = json.dumps({"query": query, "variables": variables}).encode()
    with urlopen(Request(SERVER + "/graphql", body, headers)) as response:
        answer = json.load(response)
    if "errors" in answer:
        sys.exit(answer["errors"][0]["message"])
    return answer["data"]


export = ask(EXPORT, CHOICE)["exportCsv"]
while export["status"] == "RUNNING":
    time.sleep(1)
    export = ask(FOLLOW, {"id": export["id"]})["datasetExport"]
if export["status"] != "READY":
    sys.exit(export["error"])

checksum = hashlib.sha256()
with urlopen(urljoin(SERVER, export["url"])) as source, open("dataset.csv", "wb") as file:
    while chunk := source.read(1 << 20):
        checksum.update(chunk)
        file.write(chunk)
if checksum.hexdigest() != export["sha256"]:
    sys.exit("dataset.csv is damaged: download it again.")
print("dataset.csv: OK")
`;
}

type Asked = Pick<SnippetChoice, "dialect" | "filter">;

// No "!" where it could be avoided: typed into a shell, some take it for an event of their history.
function mutationOf({ dialect, filter }: Asked): string {
  const [variable, argument] = filter ? ["($filter: ExportFilter) ", "filter: $filter, "] : ["", ""];
  return `mutation ${variable}{ exportCsv(${argument}dialect: ${dialect}) { ${FIELDS} } }`;
}

function variablesOf({ filter }: Asked): { filter?: ExportFilter } {
  return filter ? { filter } : {};
}
