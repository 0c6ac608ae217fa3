#include "wire/line_splitter.hpp"
