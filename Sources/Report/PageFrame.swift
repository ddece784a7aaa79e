/// What every page has around its own words: the head, the style and the footer.
enum PageFrame {
  /// - Parameters:
  ///   - title: plain text, without the program's name.
  ///   - header, main, footer: HTML.
  static func html(title: String, header: String, main: String, footer: String) -> String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8"/>
    <meta name="viewport" content="width=device-width, initial-scale=1"/>
    <title>Pretell: \(escaped(title))</title>
    <style>
    \(PageStyle.css)
    </style>
    </head>
    <body>
    <header>
    \(header)
    </header>
    <main>
    \(main)
    </main>
    <footer><p class="soft">\(footer)</p></footer>
    </body>
    </html>

    """
  }

  /// A line of a form: a slider over `count` places, shown where a script fills in its words.
  static func slider(_ id: String, _ title: String, places count: Int, at value: Int) -> String {
    """
    <p class="slider"><label for="\(id)">\(escaped(title))</label>\
    <input type="range" id="\(id)" min="0" max="\(count - 1)" step="1" value="\(value)" autocomplete="off"/>\
    <output id="\(id)-value" for="\(id)"></output></p>
    """
  }
}
