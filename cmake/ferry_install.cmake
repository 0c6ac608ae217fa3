# What is installed, and the packages made of it: the program with its man page and completions
# (component "program", package ferry), and the library for find_package(ferry) and pkg-config
# (component "development", package libferry-dev). An embedding project sets FERRY_INSTALL itself.
include(CMakePackageConfigHelpers)
set(config_dir ${CMAKE_INSTALL_LIBDIR}/cmake/ferry)
set(layers ferry_base ferry_wire ferry_plan ferry_io ferry_client ferry_transfer ferry_server)

# The program.
install(TARGETS ferry_program COMPONENT program)

# The pages come from the program's own tables. Only a release is asked for them, so that a program
# half-way through a change can still be built for its tests.
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT CMAKE_CROSSCOMPILING)
  set(pages ${PROJECT_BINARY_DIR}/pages)
  file(MAKE_DIRECTORY ${pages})
  function(ferry_page file)
    add_custom_command(OUTPUT ${pages}/${file} DEPENDS ferry_program VERBATIM
      COMMAND sh -c "\"$0\" \"$@\" >${file}.part && mv ${file}.part ${file}"
              $<TARGET_FILE:ferry_program> ${ARGN}
      WORKING_DIRECTORY ${pages})
  endfunction()
  ferry_page(ferry.1 man)
  ferry_page(ferry.bash completions bash)
  ferry_page(_ferry completions zsh)
  ferry_page(ferry.fish completions fish)
  add_custom_target(ferry_pages ALL
    DEPENDS ${pages}/ferry.1 ${pages}/ferry.bash ${pages}/_ferry ${pages}/ferry.fish)

  set(share ${CMAKE_INSTALL_DATADIR})
  install(FILES ${pages}/ferry.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT program)
  install(FILES ${pages}/ferry.bash DESTINATION ${share}/bash-completion/completions RENAME ferry
          COMPONENT program)
  install(FILES ${pages}/_ferry DESTINATION ${share}/zsh/vendor-completions COMPONENT program)
  install(FILES ${pages}/ferry.fish DESTINATION ${share}/fish/vendor_completions.d
          COMPONENT program)
endif()

# The library: ferry::ferry, and the layers that it links.
install(TARGETS ferry ${layers} EXPORT ferry COMPONENT development)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/ferry TYPE INCLUDE COMPONENT development)
install(EXPORT ferry NAMESPACE ferry:: FILE ferryTargets.cmake DESTINATION ${config_dir}
        COMPONENT development)
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/ferryConfig.cmake.in
  ${PROJECT_BINARY_DIR}/ferryConfig.cmake INSTALL_DESTINATION ${config_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/ferryConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/ferryConfig.cmake ${PROJECT_BINARY_DIR}/ferryConfigVersion.cmake
        ${PROJECT_SOURCE_DIR}/cmake/ferry_idn.cmake DESTINATION ${config_dir} COMPONENT development)

# For pkg-config: libraries before those they use. The file finds itself, so a moved tree works.
file(RELATIVE_PATH up /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
string(REGEX REPLACE "/$" "" up ${up})
set(libraries ${layers})
list(REVERSE libraries)
list(TRANSFORM libraries PREPEND -l)
list(JOIN libraries " " libraries)
configure_file(${PROJECT_SOURCE_DIR}/cmake/ferry.pc.in ${PROJECT_BINARY_DIR}/ferry.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/ferry.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig
        COMPONENT development)

# The packages.
set(copyright_file ${PROJECT_SOURCE_DIR}/LICENSE)
install(FILES ${copyright_file} DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/ferry RENAME copyright
        COMPONENT program)
install(FILES ${copyright_file} DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/libferry-dev
        RENAME copyright COMPONENT development)
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME ferry)
set(CPACK_PACKAGE_CONTACT "the ferry maintainers <ferry@localhost>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL program development)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME ferry)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION net)
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION
  "Moves files over FTP: resumable transfers, listings and a small server in one program.")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libferry-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "libboost1.81-dev, libboost-url1.81-dev, libssl-dev, libidn2-dev, libunistring-dev, libsqlite3-dev")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION
  "The C++ library: headers and static libraries, for CMake and for pkg-config.")
include(CPack)
