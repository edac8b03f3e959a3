#ifndef PECG_WORKER_MODEL_INPUT_FORMAT_H_
#define PECG_WORKER_MODEL_INPUT_FORMAT_H_

namespace pecg {

/// How an ECG becomes a network's input; stored in model.json, so that whoever runs the model later
/// prepares its records as its training did. `Preprocessor` (worker/train) carries it out.
struct InputFormat {
  double rate_hz = 100;     ///< Sampling rate of the input, hertz; 20 to 1000.
  double crop_seconds = 5;  ///< Length of one crop in true time, seconds.
  double scale_mv = 0.5;    ///< Millivolts that become 1: one constant for every lead and record.
  double clip_mv = 5;       ///< Amplitudes are clipped to plus and minus this, millivolts.

  friend bool operator==(const InputFormat&, const InputFormat&) = default;
};

}  // namespace pecg

#endif  // PECG_WORKER_MODEL_INPUT_FORMAT_H_
