#!/bin/bash
# Every error has a stable name that crm-errors(7) explains.
. "${0%/*}/../lib.sh"

cd "$src" || exit 1
ok 'errors.def has all names, and no others' 'perl tests/lint/errors.pl'
ok 'crm-errors(7) is made of it (make errors)' \
	'perl tests/lint/errors.pl --man | diff -u share/man/man7/crm-errors.7 - | head -n 20; perl tests/lint/errors.pl --man | cmp -s - share/man/man7/crm-errors.7'
done_testing
