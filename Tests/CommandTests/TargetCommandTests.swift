import Foundation
import TestSupport
import Testing

/// Images to rows, and targets of hidden patches, from files to exit codes.
@Suite struct TargetCommandTests {
  private let images = repositoryRoot.appending(path: "Tests/Fixtures/images").path
  private let digits = repositoryRoot.appending(path: "Examples/digits_x.npy").path

  @Test func imagesBecomeRowsThatFit() throws {
    try withTemporaryFolder { folder in
      let patches = try pretell(
        "data patches \(images)/grey8_pages_lzw.tif \(images)/grey8.png --window 8 --stride 4 --output rows.npy "
          + "--groups groups.npy --json", in: folder)
      #expect(patches.status == 0, "\(patches.errors)")
      let json = try patches.json()
      #expect(json["rows"] as? Int == 4 * 4 * 7 && json["columns"] as? Int == 64 && json["groups"] as? Int == 2)
      #expect(json["image"] as? String == "8x8" && json["white"] as? Double == 255)
      let errors = try pretell(
        "masked errors rows.npy --blocks 4x4 --image 8x8 --hide 0.33 --groups groups.npy --targets colormap:viridis --ridge 0.1 --json",
        in: folder)
      let body = try errors.json()
      #expect(errors.status == 0, "\(errors.errors)")
      #expect(body["targets"] as? Int == 192 && body["color_map"] as? String == "viridis")
      #expect(body["leave_group_out_error"] as? Double != nil && body["groups"] as? Int == 2)
      #expect(errors.errors.contains("colour-map-is-known"))
      let alone = try pretell("data patches \(images)/grey8.png --window 8 --output one.npy", in: folder)
      #expect(alone.status == 0 && alone.errors.contains("one-image") && alone.errors.contains("no-groups"))
    }
  }

  @Test func imageRefusals() throws {
    try withTemporaryFolder { folder in
      try Data(contentsOf: URL(filePath: images + "/rgb16.png")).prefix(900).write(
        to: folder.appending(path: "cut.png"))
      for (line, status, word) in [
        ("text.png --window 4 --output r.npy", 65, "neither a PNG nor a TIFF"),
        ("floats.tif --window 4 --output r.npy", 65, "floating-point"),
        ("grey8.png --window 40 --output r.npy", 65, "smaller than a window"),
        ("grey8.png \(images)/rgb8.png --window 4 --output r.npy", 65, "of colours"),
        ("none.png --window 4 --output r.npy", 66, "no such file"),
        ("grey8.png --window 0 --output r.npy", 64, "--window"), ("grey8.png --window 4", 64, ".npy"),
        ("grey8.png --window 4 --stride 0 --output r.npy", 64, "--stride"),
      ] as [(String, Int32, String)] {
        let run = try pretell("data patches \(images)/\(line)", in: folder)
        #expect(run.status == status && run.errors.contains(word), "\(line): \(run.status) \(run.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "r.npy").path), "\(line)")
      }
      let cut = try pretell("data patches cut.png --window 4 --output r.npy", in: folder)
      #expect(cut.status == 65 && cut.errors.contains("cut.png"), "\(cut.errors)")
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "r.npy").path))
    }
  }

  @Test func targetsOfDigits() throws {
    try withTemporaryFolder { folder in
      let blocks = "\(digits) --blocks 4x4 --image 8x8 --ridge 1"
      let plain = try pretell("masked errors \(blocks) --json").json()
      // The pixels themselves from a file, and the same without one.
      let own = try pretell("masked errors \(blocks) --targets \(digits) --json").json()
      for key in ["training_error", "leave_one_out_error", "r2"] {
        let (a, b) = (try #require(plain[key] as? Double), try #require(own[key] as? Double))
        #expect(relativeDifference(a, b) < 1e-8, "\(key)")
      }
      let rim = try pretell("masked errors \(blocks) --hidden-rim 1 --json").json()
      #expect(try #require(rim["leave_one_out_error"] as? Double) > plain["leave_one_out_error"] as! Double)
      let fit = try pretell(
        "masked fit \(digits) --blocks 4x4 --image 8x8 --ridge 1 --targets colormap:nipy_spectral:16 --size 3 --output m.npz --json",
        in: folder)
      let body = try fit.json()
      #expect(fit.status == 0 && (body["singular_values"] as? [Double])?.count == 3, "\(fit.errors)")
      #expect((body["code_r2"] as? Double).map { $0 > 0 && $0 < 1 } == true)
      let path = try pretell(
        "masked path \(digits) --blocks 4x4 --image 8x8 --ridges 0.1,1 --targets colormap:grey:16 --json")
      let points = try path.json()["path"] as? [Any]
      #expect(path.status == 0 && points?.count == 2, "\(path.errors)")
      let forecast = try pretell(
        "masked forecast \(blocks) --targets colormap:grey:16 --rows 2x --json")
      #expect(forecast.status == 0, "\(forecast.errors)")
      for (line, status, word) in [
        ("--blocks 4x4 --image 8x8 --targets colormap:jet", 64, "no colour map"),
        ("--blocks 4x4 --image 8x8 --targets colormap:grey", 65, "stands for 1"),
        ("--targets colormap:grey:16", 64, "--blocks"), ("--blocks 4x4 --image 8x8 --hidden-rim 4", 65, "hidden"),
        ("--blocks 4x4 --image 8x8 --hidden-rim 8", 64, "as large as the image"),
        ("--blocks 4x4 --image 8x8 --targets \(repositoryRoot.path)/Examples/digits_y.npy", 65, "targets for"),
        ("--blocks 4x4 --image 8x8 --targets \(repositoryRoot.path)/Examples/diabetes_x.npy", 65, "rows of targets"),
      ] as [(String, Int32, String)] {
        let run = try pretell("masked errors \(digits) \(line)")
        #expect(run.status == status && run.errors.contains(word), "\(line): \(run.status) \(run.errors)")
      }
    }
  }

  @Test func plansOnGraphs() throws {
    let papers = "--data Examples/network_papers.csv --target reads --graph Examples/network_edges.csv"
    try withTemporaryFolder { folder in
      try FileManager.default.copyItem(
        at: repositoryRoot.appending(path: "Examples"), to: folder.appending(path: "Examples"))
      let plan = try pretell("plan \(papers) --methods none,sgc,graph --size 1:3 --json --groups louvain", in: folder)
      #expect(plan.status == 0, "\(plan.errors)")
      let candidates = try #require(try plan.json()["candidates"] as? [[String: Any]])
      let names = Set(candidates.compactMap { $0["method"] as? String })
      #expect(names.isSuperset(of: ["none", "ridge", "sgc", "graph"]))
      // The order of the rows in the file does not matter to a graph that is renumbered with them.
      let again = try pretell("plan \(papers) --methods none,sgc,graph --size 1:3 --json --threads 1", in: folder)
      #expect(again.output == plan.output)
      try Data("0,1\n1,999\n".utf8).write(to: folder.appending(path: "far.csv"))
      for (line, status, word) in [
        ("\(papers) --backtest 4", 64, "--backtest"),
        ("--data Examples/network_papers.csv --target reads --methods sgc", 64, "--graph"),
        ("--data Examples/network_papers.csv --target reads --graph far.csv", 65, "0 to 359"),
      ] as [(String, Int32, String)] {
        let run = try pretell("plan \(line)", in: folder)
        #expect(run.status == status && run.errors.contains(word), "\(line): \(run.status) \(run.errors)")
      }
    }
  }
}
