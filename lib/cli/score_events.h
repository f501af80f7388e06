/* The events of all scored records in two passes over the store, instead of a
 * walk along the links of each record; of a million records at a time, so that
 * memory has a limit. */
#ifndef CRM_SCORE_EVENTS_H
#define CRM_SCORE_EVENTS_H

#include "base/map.h"
#include "cli/score.h"
#include "score/rules.h"

/* Per scored record 4 bytes and its id, per event that counts 16 bytes. */
enum { CRM_SCORE_CHUNK = 1 << 20 };	/* records at a time */

struct crm_score_events {	/* zeroed is valid and empty */
	uint64_t from, total;	/* records before these ones, and in all */
	struct crm_map ids;	/* scored records, in the order of the store */
	uint32_t *head;		/* by record: 1 + its last event; 0: none */
	struct crm_score_event {
		int64_t at;
		uint32_t next;	/* 1 + index */
		uint32_t rule;	/* CRM_SCORE_HIT: a purchase after the day */
	} *event;
	size_t n, cap;
};
#define CRM_SCORE_HIT UINT32_MAX

/* When an event happened: `at`, else opened, issued, start, created, due. */
bool crm_score_event_time(const struct crm_rec *e, int64_t *at);
/* Notes the ids of the records from s->from on that feed's condition lets
 * through, at most CRM_SCORE_CHUNK, and, from 0, counts all. *worth: does the
 * run score the most of its records? False after a reported failure. */
bool crm_score_events_begin(struct crm_score_events *s,
    struct crm_score_job *j, const struct crm_rules *r, bool *worth) CRM_MUST;
/* Reads all events that a rule counts (with back-tests purchases, too). False
 * after a reported failure. */
bool crm_score_events_read(struct crm_score_events *s,
    struct crm_score_job *j, const struct crm_rules *r) CRM_MUST;
/* Begins reading the records anew, at s->from. */
bool crm_score_events_start(struct crm_score_events *s,
    struct crm_score_job *j, const struct crm_rules *r) CRM_MUST;
/* Adds the events of the record with that place in the store's order to the
 * tally; true where one was a hit. */
bool crm_score_events_add(const struct crm_score_events *s, size_t no,
    struct crm_tally *t, const struct crm_rules *r, int64_t now);
void crm_score_events_release(struct crm_score_events *s);

#endif
