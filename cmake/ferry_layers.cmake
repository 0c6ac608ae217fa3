# ferry_layer(NAME [USES layer...] [LIBRARIES target...])
#
# Makes the static library ferry_NAME from src/NAME/*.cpp. Headers are included as
# "NAME/header.hpp". Each layer gets an include root of its own that holds nothing but that layer,
# so a layer sees exactly the headers of the layers it names in USES: the rule of
# docs/architecture.md is held by the compiler.
function(ferry_layer name)
  cmake_parse_arguments(layer "" "" "USES;LIBRARIES" ${ARGN})
  set(root ${CMAKE_BINARY_DIR}/layers/${name})
  file(MAKE_DIRECTORY ${root})
  if(NOT EXISTS ${root}/${name})
    file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR}/${name} ${root}/${name} SYMBOLIC)
  endif()
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp)
  add_library(ferry_${name} STATIC ${sources})
  target_include_directories(ferry_${name} PUBLIC
    $<BUILD_INTERFACE:${root}>
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  list(TRANSFORM layer_USES PREPEND ferry_)
  target_link_libraries(ferry_${name} PUBLIC ${layer_USES} ${layer_LIBRARIES}
                                      PRIVATE $<BUILD_INTERFACE:ferry_flags>)
  ferry_check_headers(${name} ${CMAKE_CURRENT_SOURCE_DIR}/${name} ${name}/ ferry_${name})
endfunction()
