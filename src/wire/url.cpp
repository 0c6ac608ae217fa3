#include <ferry/url.hpp>
