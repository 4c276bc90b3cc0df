/// What surrounds the tables: style and script, both within the page.
enum HTMLPage {
  static func text(body: [String]) -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="\(policy)">
    <title>Leaderboard</title>
    <style>
    \(style)
    </style>
    </head>
    <body>
    \(body.joined(separator: "\n"))
    <script>
    \(script)
    </script>
    </body>
    </html>

    """
  }

  /// For text and for quoted attributes.
  static func escaped(_ text: String) -> String {
    text.escaped { scalar in
      switch scalar {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      case "\"": "&quot;"
      case "'": "&#39;"
      case "\n", "\t": nil
      default: scalar.steersDisplay ? "\u{FFFD}" : nil
      }
    }
  }

  /// Nothing is loaded from anywhere.
  private static let policy =
    "default-src 'none'; style-src 'unsafe-inline'; "
    + "script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

  private static let style = """
    :root { color-scheme: light dark; }
    body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto;
      max-width: 76rem; padding: 0 1rem; }
    .scroll { overflow-x: auto; }
    table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
    th, td { padding: .3rem .7rem; text-align: right;
      border-bottom: 1px solid #8886; }
    th:first-child, td:first-child { text-align: left; }
    thead th { border-bottom: 2px solid; vertical-align: bottom; }
    th button { all: unset; cursor: pointer; font-weight: 600; }
    th button:focus-visible { outline: 2px solid; }
    th[aria-sort=ascending] button::after { content: " ▲"; }
    th[aria-sort=descending] button::after { content: " ▼"; }
    td a { color: inherit; text-decoration-color: #8888; }
    .failed { color: #c33; }
    .note { font-size: .875rem; margin: .4rem 0; }
    details { margin: .5rem 0; }
    details details { margin-left: 1rem; }
    dl { display: grid; grid-template-columns: max-content 1fr;
      gap: 0 1rem; }
    dd { margin: 0; overflow-wrap: anywhere; }
    pre { overflow-x: auto; }
    """

  /// A click on a heading sorts by it, a second one the other way round;
  /// cells without a figure stay at the end. A link to a result unfolds it.
  private static let script = """
    for (const table of document.querySelectorAll("table.sortable")) {
      const headings = [...table.tHead.rows[0].cells];
      headings.forEach((heading, column) => {
        heading.querySelector("button").addEventListener("click", () => {
          const order = heading.getAttribute("aria-sort") === "ascending"
            ? -1 : 1;
          headings.forEach((other) => other.removeAttribute("aria-sort"));
          heading.setAttribute(
            "aria-sort", order > 0 ? "ascending" : "descending");
          const compare = (a, b) => {
            const [x, y] = [a.cells[column], b.cells[column]];
            if (column === 0)
              return order * x.textContent.localeCompare(y.textContent);
            const [v, w] = [x.dataset.value, y.dataset.value];
            if (v === undefined || w === undefined)
              return (v === undefined) - (w === undefined);
            return order * (Number(v) - Number(w));
          };
          const body = table.tBodies[0];
          body.append(...[...body.rows].sort(compare));
        });
      });
    }
    const unfold = () => {
      const target = document.getElementById(location.hash.slice(1));
      if (target) target.open = true;
    };
    addEventListener("hashchange", unfold);
    unfold();
    """
}
