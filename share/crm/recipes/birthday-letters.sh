#!/bin/sh
# A letter to everybody whose birthday it is, with consent to marketing.
#
#   0 8 * * *  CRM_OUTBOX=/var/spool/crm birthday-letters.sh
set -eu
people=$(crm-find contact next_birthday:today -F values -f id,next_birthday)
[ -z "$people" ] || printf '%s\n' "$people" |
	"$(dirname "$0")/letters.sh" birthday marketing
