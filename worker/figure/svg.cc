#include "worker/figure/svg.h"

#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include "worker/figure/escape.h"

namespace pecg {
namespace {

// Series colours: Okabe & Ito, "Color Universal Design" (2008), which people with any kind of
// colour blindness can tell apart; black is left out and the yellow darkened.
constexpr std::string_view kStyle = R"(
.pecg-chart{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif}
.pecg-chart text{fill:#1f2933;font-size:12px}
.pecg-chart .heading{font-size:14px;font-weight:600}
.pecg-chart .tick,.pecg-chart .note{fill:#52606d;font-size:11px}
.pecg-chart .on-heat{font-size:11px}
.pecg-chart .on-deep{font-size:11px;fill:#ffffff}
.pecg-chart .grid{stroke:#dde3ea;stroke-width:1}
.pecg-chart .axis{stroke:#7b8794;stroke-width:1}
.pecg-chart .reference{stroke:#52606d;stroke-width:1;stroke-dasharray:4 3}
.pecg-chart .range{fill:#9aa5b1;fill-opacity:.35}
.pecg-chart .heat{fill:#0a5c9e}
.pecg-chart .empty{fill:#f0f3f6}
.pecg-chart .series-1{fill:#0072b2}.pecg-chart .line-1{stroke:#0072b2}
.pecg-chart .series-2{fill:#d55e00}.pecg-chart .line-2{stroke:#d55e00}
.pecg-chart .series-3{fill:#009e73}.pecg-chart .line-3{stroke:#009e73}
.pecg-chart .series-4{fill:#cc79a7}.pecg-chart .line-4{stroke:#cc79a7}
.pecg-chart .series-5{fill:#56b4e9}.pecg-chart .line-5{stroke:#56b4e9}
.pecg-chart .series-6{fill:#b8860b}.pecg-chart .line-6{stroke:#b8860b}
.pecg-chart [class^=line-]{stroke-width:2;fill:none}
.pecg-chart .line-2{stroke-dasharray:7 3}.pecg-chart .line-3{stroke-dasharray:2 2}
.pecg-chart .line-4{stroke-dasharray:9 3 2 3}.pecg-chart .line-5{stroke-dasharray:5 2}
.pecg-chart .line-6{stroke-dasharray:1 3}
.pecg-chart .ecg-paper{fill:#fffdfc}
.pecg-chart .ecg-fine{stroke:#f7dcd8;stroke-width:.5;fill:none}
.pecg-chart .ecg-coarse{stroke:#ecb8b0;stroke-width:.8;fill:none}
.pecg-chart .ecg-trace{stroke:#101418;stroke-width:1;fill:none;stroke-linejoin:round}
.pecg-chart .ecg-text{fill:#1f2933;font-size:11.5px}
.pecg-chart .ecg-lead{fill:#1f2933;font-size:12px;font-weight:600}
.pecg-chart .ecg-title{fill:#1f2933;font-size:14px;font-weight:600}
.pecg-chart .band-1{fill:#0072b2}.pecg-chart .band-2{fill:#d55e00}
.pecg-chart .band-3{fill:#009e73}.pecg-chart .band-4{fill:#cc79a7}
.pecg-chart .band-5{fill:#56b4e9}.pecg-chart .band-6{fill:#b8860b}
.pecg-chart [class^=band-]{fill-opacity:.16}
.pecg-chart .whisker-1{stroke:#0072b2}.pecg-chart .whisker-2{stroke:#d55e00}
.pecg-chart .whisker-3{stroke:#009e73}.pecg-chart .whisker-4{stroke:#cc79a7}
.pecg-chart .whisker-5{stroke:#56b4e9}.pecg-chart .whisker-6{stroke:#b8860b}
.pecg-chart [class^=whisker-]{stroke-width:1.2}
@media (prefers-color-scheme:dark){
.pecg-chart text{fill:#e4e7eb}.pecg-chart .tick,.pecg-chart .note{fill:#a6b1bd}
.pecg-chart .on-deep{fill:#ffffff}
.pecg-chart .grid{stroke:#323f4b}.pecg-chart .reference{stroke:#a6b1bd}
.pecg-chart .empty{fill:#1b242d}.pecg-chart .heat{fill:#2f8fd8}
.pecg-chart .series-1{fill:#4aa8e0}.pecg-chart .line-1{stroke:#4aa8e0}
.pecg-chart .series-2{fill:#ec8540}.pecg-chart .line-2{stroke:#ec8540}
.pecg-chart .band-1{fill:#4aa8e0}.pecg-chart .whisker-1{stroke:#4aa8e0}
.pecg-chart .band-2{fill:#ec8540}.pecg-chart .whisker-2{stroke:#ec8540}
}
)";

/// A coordinate with 2 decimals at most: a hundredth of a pixel is enough, and the same everywhere.
std::string Coordinate(double value) {
  std::string text = fmt::format("{:.2f}", value);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text == "-0" ? "0" : text;
}

std::string_view NameOf(TextAnchor anchor) {
  switch (anchor) {
    case TextAnchor::kStart:
      return "start";
    case TextAnchor::kMiddle:
      return "middle";
    case TextAnchor::kEnd:
      return "end";
  }
  return "start";
}

}  // namespace

SvgDrawing::SvgDrawing(double width, double height, std::string_view title,
                       std::string_view description)
    : width_(width),
      height_(height),
      title_(EscapeMarkup(title)),
      description_(EscapeMarkup(description)) {}

void SvgDrawing::Shape(std::string_view element, std::string_view tooltip) {
  const std::string_view name = element.substr(0, element.find(' '));
  if (tooltip.empty()) {
    fmt::format_to(std::back_inserter(body_), "<{}/>\n", element);
  } else {
    fmt::format_to(std::back_inserter(body_), "<{}><title>{}</title></{}>\n", element,
                   EscapeMarkup(tooltip), name);
  }
}

void SvgDrawing::Rectangle(SvgPoint corner, double width, double height,
                           std::string_view style_class, std::string_view tooltip, double opacity) {
  std::string element = fmt::format(R"(rect x="{}" y="{}" width="{}" height="{}" class="{}")",
                                    Coordinate(corner.x), Coordinate(corner.y), Coordinate(width),
                                    Coordinate(height), EscapeMarkup(style_class));
  if (opacity < 1) element += fmt::format(R"( fill-opacity="{}")", Coordinate(opacity));
  Shape(element, tooltip);
}

void SvgDrawing::Line(SvgPoint from, SvgPoint to, std::string_view style_class) {
  Shape(fmt::format(R"(line x1="{}" y1="{}" x2="{}" y2="{}" class="{}")", Coordinate(from.x),
                    Coordinate(from.y), Coordinate(to.x), Coordinate(to.y),
                    EscapeMarkup(style_class)),
        "");
}

void SvgDrawing::Polyline(std::span<const SvgPoint> points, std::string_view style_class) {
  std::string path;
  bool pen_down = false;
  for (const SvgPoint& point : points) {
    if (!std::isfinite(point.x) || !std::isfinite(point.y)) {
      pen_down = false;
      continue;
    }
    path += pen_down ? 'L' : 'M';
    path += Coordinate(point.x) + ' ' + Coordinate(point.y);
    pen_down = true;
  }
  if (!path.empty()) {
    Shape(fmt::format(R"(path d="{}" class="{}")", path, EscapeMarkup(style_class)), "");
  }
}

void SvgDrawing::Area(std::span<const SvgPoint> corners, std::string_view style_class) {
  std::string path;
  for (const SvgPoint& corner : corners) {
    if (!std::isfinite(corner.x) || !std::isfinite(corner.y)) return;
    path += path.empty() ? 'M' : 'L';
    path += Coordinate(corner.x) + ' ' + Coordinate(corner.y);
  }
  if (path.empty()) return;
  Shape(fmt::format(R"(path d="{}Z" class="{}")", path, EscapeMarkup(style_class)), "");
}

void SvgDrawing::Circle(SvgPoint centre, double radius, std::string_view style_class,
                        std::string_view tooltip) {
  Shape(fmt::format(R"(circle cx="{}" cy="{}" r="{}" class="{}")", Coordinate(centre.x),
                    Coordinate(centre.y), Coordinate(radius), EscapeMarkup(style_class)),
        tooltip);
}

void SvgDrawing::Text(SvgPoint at, std::string_view text, std::string_view style_class,
                      TextAnchor anchor, bool quarter_turn) {
  const std::string x = Coordinate(at.x);
  const std::string y = Coordinate(at.y);
  const std::string turn =
      quarter_turn ? fmt::format(" transform=\"rotate(-90 {} {})\"", x, y) : "";
  fmt::format_to(std::back_inserter(body_),
                 R"(<text x="{}" y="{}" class="{}" text-anchor="{}"{}>{}</text>)"
                 "\n",
                 x, y, EscapeMarkup(style_class), NameOf(anchor), turn, EscapeMarkup(text));
}

std::string SvgDrawing::Finish() const {
  return fmt::format(R"(<svg xmlns="http://www.w3.org/2000/svg" class="pecg-chart" role="img" )"
                     R"(aria-label="{0}" viewBox="0 0 {2} {3}" width="{2}" height="{3}">)"
                     "\n<title>{0}</title>\n<desc>{1}</desc>\n<style>{4}</style>\n{5}</svg>\n",
                     title_, description_, Coordinate(width_), Coordinate(height_), kStyle, body_);
}

double EstimateTextWidth(std::string_view text) {
  // Mean advance of 12 px sans-serif faces is 6.2 (Helvetica) to 7.2 px (DejaVu); continuation
  // bytes take no room.
  double width = 0;
  for (const char byte : text) {
    if ((static_cast<unsigned char>(byte) & 0xC0) != 0x80) width += 7.3;
  }
  return width;
}

}  // namespace pecg
