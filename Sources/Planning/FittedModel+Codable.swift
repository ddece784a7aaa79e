/// In one object: the head's keys, `weights` and `noiseVariance` or `classWeights` and `classIntercepts`, stand beside the model's.
extension FittedModel: Codable {
  private enum CodingKeys: String, CodingKey {
    case size, eigenvalues, rows, labels, labelsPart, pretrainingPart
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    size = try values.decode(Int.self, forKey: .size)
    eigenvalues = try values.decode([Double].self, forKey: .eigenvalues)
    head = try FittedHead(from: decoder)
    rows = try values.decode(Int.self, forKey: .rows)
    labels = try values.decode(Int.self, forKey: .labels)
    labelsPart = try values.decode(Double.self, forKey: .labelsPart)
    pretrainingPart = try values.decode(Double.self, forKey: .pretrainingPart)
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(size, forKey: .size)
    try values.encode(eigenvalues, forKey: .eigenvalues)
    try head.encode(to: encoder)
    try values.encode(rows, forKey: .rows)
    try values.encode(labels, forKey: .labels)
    try values.encode(labelsPart, forKey: .labelsPart)
    try values.encode(pretrainingPart, forKey: .pretrainingPart)
  }
}

extension FittedHead: Codable {
  private enum CodingKeys: String, CodingKey {
    case weights, noiseVariance, classWeights, classIntercepts
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let weights = try values.decodeIfPresent([Double].self, forKey: .weights)
    let noiseVariance = try values.decodeIfPresent(Double.self, forKey: .noiseVariance)
    let classWeights = try values.decodeIfPresent([[Double]].self, forKey: .classWeights)
    let classIntercepts = try values.decodeIfPresent([Double].self, forKey: .classIntercepts)
    if let classWeights, let classIntercepts {
      self = .softmax(weights: classWeights, intercepts: classIntercepts)
    } else if let weights, let noiseVariance {
      self = .linear(weights: weights, noiseVariance: noiseVariance)
    } else {
      throw DecodingError.keyNotFound(
        CodingKeys.weights, .init(codingPath: decoder.codingPath, debugDescription: "neither weights nor classes"))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .linear(let weights, let noiseVariance):
      try values.encode(weights, forKey: .weights)
      try values.encode(noiseVariance, forKey: .noiseVariance)
    case .softmax(let weights, let intercepts):
      try values.encode(weights, forKey: .classWeights)
      try values.encode(intercepts, forKey: .classIntercepts)
    }
  }
}
