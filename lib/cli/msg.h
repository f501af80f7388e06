/* Messages to a person or a program on stderr: lib/cli's own part. */
#ifndef CRM_MSG_H
#define CRM_MSG_H

#include "cli/cli.h"

/* The counts: --summary=json, or a sink's line on a terminal or with -v. */
void crm_msg_summary(struct crm_cli *cli);
/* All of text to fd; false with errno. */
bool crm_msg_write(int fd, struct crm_str text);
/* All of text to stdout; a failure is reported and sets the exit code. */
void crm_msg_stdout(struct crm_cli *cli, struct crm_str text);

#endif
