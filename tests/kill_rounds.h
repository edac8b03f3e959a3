#ifndef PECG_TESTS_KILL_ROUNDS_H_
#define PECG_TESTS_KILL_ROUNDS_H_

#include <cstdlib>
#include <string>

namespace pecg {

/// How often a test that kills a process at random moments does so: PECG_KILL_ROUNDS where it is
/// set (tests/campaign.sh), else `few`.
inline int KillRounds(int few) {
  const char* wanted = std::getenv("PECG_KILL_ROUNDS");
  return wanted == nullptr ? few : std::stoi(wanted);
}

}  // namespace pecg

#endif  // PECG_TESTS_KILL_ROUNDS_H_
