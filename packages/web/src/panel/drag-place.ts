/** The upper and lower end of a row, as it stood when the drag began. */
export type Extent = { readonly top: number; readonly bottom: number }

/** Where a row belongs that is dragged to `y`: as many of the other rows stand before it as have their middle above `y`. */
export function placeAt(rows: readonly Extent[], dragged: number, y: number): number {
  return rows.filter((row, index) => index !== dragged && (row.top + row.bottom) / 2 < y).length
}
