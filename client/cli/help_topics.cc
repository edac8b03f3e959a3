#include "client/cli/help_topics.h"

#include <fmt/format.h>

#include <array>
#include <vector>

#include "base/did_you_mean.h"
#include "base/error_detail.h"

namespace pecg {
namespace {

struct Topic {
  std::string_view name;
  std::string_view text;
};

constexpr std::array<Topic, 4> kTopics = {{
    {"exit-codes", R"(EXIT CODES

    0  done; an empty list is done too
    1  the coordinator or this program failed
    2  bad command line or spec
    3  not found
    4  no valid token, or not allowed
    5  exists already, or the state does not permit it
    6  nobody answers, too slowly, or full: trying again may help
    7  the run that was waited for failed
    8  the run that was waited for was cancelled
    9  --timeout passed before the run ended; the run goes on
  130  interrupted with Ctrl-C; the run goes on
)"},
    {"environment", R"(ENVIRONMENT

  PECG_HOME        folder of this installation; ~/.pecg if not set
  PECG_ADDRESS     coordinator: unix:/path/pecgd.sock or localhost:PORT;
                   $PECG_HOME/pecgd.sock if not set
  PECG_TOKEN_FILE  file with your token, readable for you alone; $PECG_HOME/token if not set
  NO_COLOR         not empty: no colour
  CLICOLOR         0: no colour
  CLICOLOR_FORCE   not 0: colour even in files
  COLUMNS          width of tables on a terminal
  LC_ALL, LC_CTYPE, LANG
                   bars and ellipses are drawn with Unicode when they name UTF-8

A flag goes before an environment variable, that before the default.
From another machine forward the socket, then point PECG_ADDRESS at it:

  ssh -N -L /tmp/pecgd.sock:.pecg/pecgd.sock lab-mac &
  PECG_ADDRESS=unix:/tmp/pecgd.sock PECG_TOKEN_FILE=~/lab.token pecg run ls
)"},
    {"formatting", R"(FORMATTING

  -o table   for people: short names, relative times, rounded figures
  -o json    one array (one object for `show`): full names, RFC 3339 UTC, all digits; [] when empty
  -o jsonl   one object per line
  -o csv     as in json, one line per row, lists joined by ;

  --columns name,state,spec.dataset   chooses fields, nested ones by their path
  --no-headers                        leaves out the first line of tables and CSV
  --limit N                           at most N rows; 0 = all

Results go to stdout, everything else to stderr. With -o json or jsonl errors are JSON too.
Tables are cut to the terminal's width, never in files and pipes.
)"},
    {"config", R"(CONFIG

A run is described by one YAML file; deploy/train.yaml shows every field.

  dataset: demo
  split: 4f0c9a
  train:
    variant: resnet1d
    lr: 0.001

  pecg explain            lists the fields
  pecg explain train.lr   says what one means, its unit and default
  --set train.lr=1e-3     overrides one, after the file, in the order given
  --dry-run               prints the spec as the coordinator resolves it, and submits nothing

Unknown, ill-typed and repeated fields are refused with file, line and column.
)"},
}};

}  // namespace

absl::StatusOr<std::string> HelpTopic(std::string_view topic) {
  std::vector<std::string> names;
  for (const Topic& each : kTopics) {
    if (each.name == topic) return std::string(each.text);
    names.emplace_back(each.name);
  }
  const std::string closest = ClosestName(topic, names);
  return DetailedError(absl::StatusCode::kNotFound,
                       {fmt::format("no help topic \"{}\"", topic), "",
                        closest.empty() ? fmt::format("topics: {}", fmt::join(names, ", "))
                                        : fmt::format("did you mean \"{}\"?", closest)});
}

}  // namespace pecg
