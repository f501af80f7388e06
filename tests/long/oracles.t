#!/bin/sh
# The normalisers against libphonenumber and python3-stdnum on 100,000 values.
ORACLE_COUNT=100000 exec sh "${0%/*}/../t/0330-oracles.t"
