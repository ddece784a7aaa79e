import LinearAlgebra

extension Partition {
  /// Blocks of the columns of images, stored row by row with the channels of a pixel together: patches from the upper left corner, those at
  /// the right and lower edge smaller where the sizes do not divide. All channels of a patch are one block.
  /// Throws `noAnswer` for patches that are not at least one pixel or as large as the image.
  public static func patches(
    imageHeight: Int, imageWidth: Int, channels: Int = 1, patchHeight: Int, patchWidth: Int
  ) throws(MaskedRegressionError) -> Partition {
    guard patchHeight > 0, patchWidth > 0, channels > 0, imageHeight > 0, imageWidth > 0,
      patchHeight < imageHeight || patchWidth < imageWidth
    else {
      throw .noAnswer(
        "patches of \(patchHeight) x \(patchWidth) in images of \(imageHeight) x \(imageWidth) with \(channels) channels: give at least two "
          + "patches of at least one pixel")
    }
    let across = (imageWidth + patchWidth - 1) / patchWidth
    return Partition(
      (0..<imageHeight * imageWidth * channels).map { position in
        let pixel = position / channels
        return pixel / imageWidth / patchHeight * across + pixel % imageWidth / patchWidth
      })
  }
}
