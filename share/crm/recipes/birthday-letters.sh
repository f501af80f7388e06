#!/bin/sh
# A letter to everybody whose birthday it is, with consent to marketing.
#
#   0 8 * * *  CRM_OUTBOX=/var/spool/crm birthday-letters.sh
set -eu
crm-find contact next_birthday:today -F values -f id,next_birthday |
"$(dirname "$0")/letters.sh" birthday marketing
