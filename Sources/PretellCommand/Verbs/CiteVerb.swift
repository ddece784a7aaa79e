import ArgumentParser

struct CiteVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "cite", abstract: "Print the BibTeX entries of what you used.",
    discussion: "Example:  pretell cite law > references.bib")

  @Argument(help: "A verb or method (plan, law, pca, factor); everything when left out.")
  var method: String?

  var files: FileUse { FileUse() }

  func run() throws {
    let entries = try method.map(Citation.entries(for:)) ?? Citation.all
    printOut(entries.map(\.bibtex).joined(separator: "\n\n"))
  }
}

/// One BibTeX entry and the verbs and methods that stand on it.
struct Citation {
  let topics: [String]
  let bibtex: String

  static func entries(for topic: String) throws -> [Citation] {
    let found = all.filter { $0.topics.contains(topic.lowercased()) || $0.topics.contains("*") }
    guard all.contains(where: { $0.topics.contains(topic.lowercased()) }) else {
      let known = Set(all.flatMap(\.topics)).subtracting(["*"]).sorted().joined(separator: ", ")
      throw ValidationError("Nothing to cite for '\(topic)'. Known: \(known).")
    }
    return found
  }

  static let all: [Citation] = [
    Citation(
      topics: ["*"],
      bibtex: """
        @software{pretell,
          title   = {Pretell: what pre-training will buy downstream},
          author  = {{Pretell contributors}},
          year    = {2026},
          version = {\(PretellVersion.current)}
        }
        """),
    Citation(
      topics: ["law", "simulate", "plan", "backtest", "pca", "factor"],
      bibtex: """
        @inproceedings{tinati2026asymptotics,
          title     = {On the Asymptotics of Self-Supervised Pre-training: Two-Stage {M}-Estimation and Representation Symmetry},
          author    = {Tinati, Mohammad and Tu, Stephen},
          booktitle = {Proceedings of the Thirty-Ninth Conference on Learning Theory},
          series    = {Proceedings of Machine Learning Research},
          volume    = {336},
          pages     = {6197--6309},
          year      = {2026},
          note      = {arXiv:2603.27631}
        }
        """),
    Citation(
      topics: ["factor"],
      bibtex: """
        @article{tipping1999probabilistic,
          title   = {Probabilistic Principal Component Analysis},
          author  = {Tipping, Michael E. and Bishop, Christopher M.},
          journal = {Journal of the Royal Statistical Society: Series B},
          volume  = {61},
          number  = {3},
          pages   = {611--622},
          year    = {1999}
        }
        """),
    Citation(
      topics: ["masked"],
      bibtex: """
        @article{zurich2026masked,
          title   = {A Random Matrix Theory of Masked Self-Supervised Regression},
          author  = {Zurich, Arie Wortsman and Gerace, Federica and Loureiro, Bruno and Lu, Yue M.},
          journal = {arXiv preprint arXiv:2601.23208},
          year    = {2026}
        }
        """),
    Citation(
      topics: ["masked"],
      bibtex: """
        @inproceedings{steck2019embarrassingly,
          title     = {Embarrassingly Shallow Autoencoders for Sparse Data},
          author    = {Steck, Harald},
          booktitle = {The World Wide Web Conference},
          pages     = {3251--3257},
          year      = {2019}
        }
        """),
    Citation(
      topics: ["graph"],
      bibtex: """
        @inproceedings{hou2022graphmae,
          title     = {{GraphMAE}: Self-Supervised Masked Graph Autoencoders},
          author    = {Hou, Zhenyu and Liu, Xiao and Cen, Yukuo and Dong, Yuxiao and Yang, Hongxia and Wang, Chunjie and Tang, Jie},
          booktitle = {Proceedings of the 28th ACM SIGKDD Conference on Knowledge Discovery and Data Mining},
          pages     = {594--604},
          year      = {2022},
          note      = {arXiv:2205.10803}
        }
        """),
    Citation(
      topics: ["graph"],
      bibtex: """
        @article{blondel2008fast,
          title   = {Fast unfolding of communities in large networks},
          author  = {Blondel, Vincent D. and Guillaume, Jean-Loup and Lambiotte, Renaud and Lefebvre, Etienne},
          journal = {Journal of Statistical Mechanics: Theory and Experiment},
          volume  = {2008},
          number  = {10},
          pages   = {P10008},
          year    = {2008}
        }
        """),
    Citation(
      topics: ["flow"],
      bibtex: """
        @article{mohammadi2024stability,
          title   = {Stability Properties of Gradient Flow Dynamics for the Symmetric Low-Rank Matrix Factorization Problem},
          author  = {Mohammadi, Hesameddin and Tinati, Mohammad and Tu, Stephen and Soltanolkotabi, Mahdi and Jovanovi{\\'c}, Mihailo R.},
          journal = {arXiv preprint arXiv:2411.15972},
          year    = {2024}
        }
        """),
  ]
}
