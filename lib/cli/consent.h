/* crm-consent: the run through the records. */
#ifndef CRM_CLI_CONSENT_H
#define CRM_CLI_CONSENT_H

#include "cli/feed.h"
#include "cli/out.h"
#include "cli/show.h"
#include "cli/suppress.h"
#include "model/consent.h"

struct crm_consent_job {
	struct crm_cli *cli;
	const char *purpose, *channel, *at, *rules;
	bool why;

	/* Its own. */
	struct crm_feed feed;
	struct crm_session ledger;	/* the store, where lines are read */
	struct crm_session *session;	/* the one in use */
	struct crm_consent consent;
	struct crm_out *out;
	struct crm_show shown;
	struct crm_suppress suppress;	/* who was erased */
	struct crm_out_help help;	/* of shown, behind the mark */
	struct crm_buf buf;
	struct crm_buf mark;	/* _consent of those who pass */
	size_t nmark;		/* without the record's part */
	uint64_t allowed;
};

void crm_consent_run(struct crm_consent_job *j);

/* Reads a rule file into c: a path, or the name of a shipped one ("gdpr";
 * NULL). A bad file is a usage error. */
enum crm_status crm_consent_load(struct crm_cli *cli, struct crm_consent *c,
    const char *name, struct crm_err *err) CRM_MUST;

#endif
