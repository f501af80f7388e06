#!/bin/bash
# The rules of the house: layers, lengths, headers, scripts.
. "${0%/*}/../lib.sh"

cd "$src" || exit 1
ok 'layers, lengths, banned names' 'tests/lint/house.sh'
ok 'every header compiles alone' 'tests/lint/headers.sh'
if command -v shellcheck >/dev/null; then
	ok 'shell scripts are clean' \
		"shellcheck -S warning -e SC1090,SC1091,SC2034,SC2154,SC2258,SC2238,SC2046,SC2183 tests/*.sh tests/lint/*.sh tests/t/*.t share/*.sh $(find completions share/crm/recipes -name '*.sh' 2>/dev/null | tr '\n' ' ')"
fi
done_testing
