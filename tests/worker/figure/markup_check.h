#ifndef PECG_TESTS_WORKER_FIGURE_MARKUP_CHECK_H_
#define PECG_TESTS_WORKER_FIGURE_MARKUP_CHECK_H_

#include <cctype>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pecg {

/// Says what is not well-formed XML in `text`; empty when it is. Knows what our pages use:
/// elements, attributes in double quotes, the five references and `&#N;`, and a DOCTYPE.
class MarkupCheck {
 public:
  static std::string Complaint(std::string_view text) { return MarkupCheck(text).Run(); }

 private:
  explicit MarkupCheck(std::string_view text) : text_(text) {}

  std::string Run() {
    while (at_ < text_.size() && complaint_.empty()) {
      if (text_[at_] == '<') {
        ReadTag();
      } else {
        ReadCharacter();
      }
    }
    if (complaint_.empty() && !open_.empty()) Complain("never closed: " + open_.back());
    return complaint_;
  }

  void Complain(const std::string& what) {
    complaint_ =
        what + " at byte " + std::to_string(at_) + ": " + std::string(text_.substr(at_, 60));
  }

  void ReadCharacter() {
    const auto byte = static_cast<unsigned char>(text_[at_]);
    if (byte == '&') {
      const std::string_view rest = text_.substr(at_);
      for (const char* known : {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"}) {
        if (rest.starts_with(known)) {
          at_ += std::string_view(known).size();
          return;
        }
      }
      Complain("a bare &");
      return;
    }
    if (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') Complain("a control byte");
    ++at_;
  }

  std::string ReadName() {
    const std::size_t start = at_;
    while (at_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[at_])) != 0 ||
                                  text_[at_] == '-' || text_[at_] == ':')) {
      ++at_;
    }
    return std::string(text_.substr(start, at_ - start));
  }

  void ReadTag() {
    ++at_;
    if (text_.substr(at_).starts_with("!DOCTYPE")) {
      at_ = text_.find('>', at_) + 1;
      return;
    }
    const bool closes = text_[at_] == '/';
    if (closes) ++at_;
    const std::string name = ReadName();
    if (name.empty()) return Complain("a bare <");
    if (closes) {
      if (open_.empty() || open_.back() != name)
        return Complain("closes what is not open: " + name);
      open_.pop_back();
      if (text_[at_] != '>') return Complain("expected >");
      ++at_;
      return;
    }
    ReadAttributes(name);
  }

  void ReadAttributes(const std::string& name) {
    while (at_ < text_.size() && complaint_.empty()) {
      while (at_ < text_.size() && text_[at_] == ' ') ++at_;
      if (text_.substr(at_).starts_with("/>")) {
        at_ += 2;
        return;
      }
      if (text_[at_] == '>') {
        ++at_;
        open_.push_back(name);
        return;
      }
      if (ReadName().empty()) return Complain("expected an attribute");
      if (!text_.substr(at_).starts_with("=\"")) return Complain("expected =\"");
      at_ += 2;
      while (at_ < text_.size() && text_[at_] != '"' && complaint_.empty()) {
        if (text_[at_] == '<') return Complain("a < in an attribute");
        ReadCharacter();
      }
      ++at_;
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<std::string> open_;
  std::string complaint_;
};

/// How often `part` stands in `text`.
inline int CountOf(std::string_view text, std::string_view part) {
  int count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos;
       at = text.find(part, at + part.size())) {
    ++count;
  }
  return count;
}

}  // namespace pecg

#endif  // PECG_TESTS_WORKER_FIGURE_MARKUP_CHECK_H_
