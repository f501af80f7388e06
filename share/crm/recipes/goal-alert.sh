#!/bin/sh
# A Slack message for goals that are missed; nothing when all are met. Prints
# the payload:
#
#   0 9 * * 1-5  p=$(goal-alert.sh); [ -z "$p" ] || curl -sf --json "$p" "$SLACK_WEBHOOK"
set -eu
missed=$(crm-report --check --missed -F values -f metric,period,target,actual) ||
	[ $? = 1 ]
[ -z "$missed" ] && exit 0
printf '%s\n' "$missed" | awk '
	BEGIN { FS = "\t"; printf "{\"text\":\"Goals missed" }
	{ gsub(/&/, "\\&amp;"); gsub(/</, "\\&lt;"); gsub(/>/, "\\&gt;") }
	{ gsub(/[\\"]/, "\\\\&"); printf "\\n%s, %s: %s of %s", $1, $2, $4, $3 }
	END { print "\"}" }'
