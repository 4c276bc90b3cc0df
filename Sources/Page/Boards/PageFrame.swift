/// What surrounds the page's content: style and script, both within it.
enum PageFrame {
  static func text(
    body: String, title: String = "superb leaderboard"
  ) -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="\(policy)">
    <title>\(title)</title>
    <style>
    \(PageStyle.text)
    </style>
    </head>
    <body>
    <main>
    \(body)</main>
    <script>
    \(script)
    </script>
    </body>
    </html>

    """
  }

  /// Nothing is loaded from anywhere; sounds lie within the page.
  private static let policy =
    "default-src 'none'; style-src 'unsafe-inline'; "
    + "script-src 'unsafe-inline'; media-src data:; base-uri 'none'; "
    + "form-action 'none'"

  /// A click on a heading sorts by it, a second one the other way round;
  /// cells without a figure stay at the end. Boxes hide tasks. A link to a
  /// cell unfolds it.
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
    for (const board of document.querySelectorAll("section.board")) {
      const boxes = [...board.querySelectorAll(".filter input[value]")];
      const shown = board.querySelector(".published-shown");
      const apply = () => {
        const tasks = new Set(
          boxes.filter((box) => box.checked).map((box) => box.value));
        for (const cell of board.querySelectorAll("[data-task]"))
          cell.hidden = cell.dataset.task !== ""
            && boxes.length > 0 && !tasks.has(cell.dataset.task);
        if (shown)
          board.querySelector(".published").hidden = !shown.checked;
      };
      board.addEventListener("change", apply);
      apply();
    }
    const unfold = () => {
      const target = document.getElementById(location.hash.slice(1));
      if (target && target.tagName === "DETAILS") {
        target.open = true;
        target.scrollIntoView();
      }
    };
    addEventListener("hashchange", unfold);
    unfold();
    addEventListener("beforeprint", () => {
      for (const cell of document.querySelectorAll("details.cell"))
        cell.open = true;
    });
    """
}
