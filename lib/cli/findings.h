/* What crm-check does with findings: lines or records out, a baseline, counts
 * by rule. */
#ifndef CRM_FINDINGS_H
#define CRM_FINDINGS_H

#include "cli/cli.h"
#include "cli/out.h"
#include "model/check.h"

struct crm_findings {	/* zeroed but for cli is valid */
	struct crm_cli *cli;
	struct crm_out *out;	/* NULL: findings go to stderr (--fix) */
	enum crm_severity fail_on;
	bool silent;		/* counted only */
	bool mended;		/* what has a fix is mended and does not count
				 * against fail_on */
	bool stop;		/* nobody reads on */
	uint64_t told;		/* printed, as far as -l lets */
	uint64_t count[4];	/* by severity */
	struct crm_map known;	/* the baseline: id NUL field NUL rule */
	struct crm_map rules;	/* name -> how often */
	struct crm_buf buf, key;
};

/* Reads a baseline: findings of an earlier -F jsonl. False after the report. */
bool crm_findings_baseline(struct crm_findings *f, const char *path) CRM_MUST;
/* Takes a finding; for crm_check's `found`. */
void crm_findings_add(void *self, const struct crm_finding *f);
/* Counts on stderr: a line for all, one a rule with -v. */
void crm_findings_summary(struct crm_findings *f, uint64_t records);
void crm_findings_release(struct crm_findings *f);

#endif
