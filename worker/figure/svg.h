#ifndef PECG_WORKER_FIGURE_SVG_H_
#define PECG_WORKER_FIGURE_SVG_H_

#include <span>
#include <string>
#include <string_view>

namespace pecg {

/// Where a text sits relative to its x.
enum class TextAnchor { kStart, kMiddle, kEnd };

/// A point of a drawing, in its user units (CSS pixels); y grows downwards.
struct SvgPoint {
  double x = 0;
  double y = 0;
};

/// Writes one SVG drawing, element after element. No scripts, no external resources; colours come
/// from style classes that follow the reader's light or dark preference, so that the drawing is
/// legible on both. Every text given is escaped. Not thread-safe.
///
/// Classes for shapes: `series-1` .. `series-6` (filled), `line-1` .. `line-6` (stroked), `band-1`
/// .. `band-6` (a pale area in the same colours), `whisker-1` .. `whisker-6` (thin lines), `grid`,
/// `axis`, `range` (a pale band), `reference` (a dashed line), `heat` (filled; use opacity).
/// Classes for texts: `label`, `tick`, `value`, `heading`, `on-heat`. Classes of an ECG on paper,
/// light in both preferences: `ecg-paper`, `ecg-fine`, `ecg-coarse`, `ecg-trace`, and the texts
/// `ecg-title`, `ecg-lead`, `ecg-text`.
class SvgDrawing {
 public:
  /// `title` and `description` are what a screen reader says; both are required for that reason.
  SvgDrawing(double width, double height, std::string_view title, std::string_view description);

  /// `tooltip`, where given, is shown when the pointer rests on the shape.
  void Rectangle(SvgPoint corner, double width, double height, std::string_view style_class,
                 std::string_view tooltip = "", double opacity = 1);
  void Line(SvgPoint from, SvgPoint to, std::string_view style_class);
  /// Points with a coordinate that is not finite break the line.
  void Polyline(std::span<const SvgPoint> points, std::string_view style_class);
  /// A filled area with these corners; not drawn when one is not finite.
  void Area(std::span<const SvgPoint> corners, std::string_view style_class);
  void Circle(SvgPoint centre, double radius, std::string_view style_class,
              std::string_view tooltip = "");
  /// `quarter_turn`: written upwards, for a vertical axis.
  void Text(SvgPoint at, std::string_view text, std::string_view style_class,
            TextAnchor anchor = TextAnchor::kStart, bool quarter_turn = false);

  /// The whole drawing as one `<svg>` element: a file by itself (with an XML namespace) and fit to
  /// stand inside an HTML page.
  std::string Finish() const;

 private:
  void Shape(std::string_view element, std::string_view tooltip);

  double width_;
  double height_;
  std::string title_;
  std::string description_;
  std::string body_;
};

/// Width of `text` at the size of class `label`, in user units; an estimate that errs upwards.
double EstimateTextWidth(std::string_view text);

}  // namespace pecg

#endif  // PECG_WORKER_FIGURE_SVG_H_
