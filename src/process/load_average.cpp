#include "process/load_average.h"

#include <cmath>

namespace kemu {

namespace {

constexpr Nanoseconds kPeriod = 5 * kSecond;
constexpr std::array<double, 3> kMinutes{1, 5, 15};

}  // namespace

void LoadAverage::sample(Nanoseconds since, Nanoseconds until, u64 active) {
  if (next_sample_ == 0) next_sample_ = until + kPeriod;
  const auto samples_before = [this](Nanoseconds end) {
    return end < next_sample_ ? u64{0} : static_cast<u64>((end - next_sample_) / kPeriod + 1);
  };
  damp(samples_before(since), 0);
  damp(samples_before(until), active);
}

void LoadAverage::damp(u64 samples, u64 active) {
  if (samples == 0) return;
  next_sample_ += static_cast<Nanoseconds>(samples) * kPeriod;
  const double seconds = static_cast<double>(kPeriod / kSecond) * static_cast<double>(samples);
  for (size_t i = 0; i < values_.size(); ++i) {
    const double kept = std::exp(-seconds / (60 * kMinutes[i]));
    values_[i] = values_[i] * kept + static_cast<double>(active) * (1 - kept);
  }
}

}  // namespace kemu
