# Flags for every target: C++23, warnings as errors, hardening, sanitizers, LTO in release.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

add_library(ferry_flags INTERFACE)
target_compile_options(ferry_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual
  -Wcast-align -Wunused -Wnull-dereference -Wimplicit-fallthrough -Werror
  -fstack-protector-strong)

# Boost.Asio: no deprecated names, and no inclusion of what only Windows or old code needs.
target_compile_definitions(ferry_flags INTERFACE
  BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_VISIBILITY _FILE_OFFSET_BITS=64)

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 sees null dereferences in library code where there are none, and overlaps in
  # "text" + std::string when it optimises (GCC bug 105651). It takes the two halves of a coroutine
  # frame's own operator new and delete for strangers when it inlines one of them.
  target_compile_options(ferry_flags INTERFACE -Wno-null-dereference -Wno-restrict
    -Wno-mismatched-new-delete -fcoroutines)
  if(CMAKE_BUILD_TYPE STREQUAL "Release")
    # Nor does it follow a std::expected through an optimised coroutine. The other presets warn.
    target_compile_options(ferry_flags INTERFACE -Wno-maybe-uninitialized)
  endif()
else()
  # clang hides std::expected on libstdc++ 12 unless it claims the concepts of C++20.
  target_compile_options(ferry_flags INTERFACE
    -Wno-builtin-macro-redefined -Wno-error=builtin-macro-redefined
    -Wno-macro-redefined -U__cpp_concepts -D__cpp_concepts=202002L)
endif()

if(FERRY_SANITIZE)
  target_compile_options(ferry_flags INTERFACE
    -fsanitize=${FERRY_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(ferry_flags INTERFACE -fsanitize=${FERRY_SANITIZE})
  if(FERRY_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(ferry_flags INTERFACE -Wno-tsan) # Asio's fences; see docs/decisions
  endif()
elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
  target_compile_options(ferry_flags INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # At link time it takes the numbers in the frames of inline coroutines for different types, and
    # repeats the false overlaps.
    target_link_options(ferry_flags INTERFACE -Wno-odr -Wno-stringop-overflow)
    # Installed libraries hold machine code too, for users who link without this compiler's LTO.
    set(CMAKE_CXX_COMPILE_OPTIONS_IPO -flto=auto -ffat-lto-objects)
  endif()
  target_compile_options(ferry_flags INTERFACE -fstack-clash-protection -fcf-protection)
  target_link_options(ferry_flags INTERFACE -Wl,-z,relro,-z,now -Wl,--as-needed -Wl,--gc-sections)
  target_compile_options(ferry_flags INTERFACE -ffunction-sections -fdata-sections)
endif()

find_program(FERRY_CCACHE ccache)
if(FERRY_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${FERRY_CCACHE})
endif()
