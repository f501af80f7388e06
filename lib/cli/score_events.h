/* The events of all scored records in two passes over the store, instead of a
 * walk along the links of each record. */
#ifndef CRM_SCORE_EVENTS_H
#define CRM_SCORE_EVENTS_H

#include "base/map.h"
#include "cli/score.h"
#include "score/rules.h"

/* Per scored record 4 bytes and its id, per event that counts 16 bytes. */
struct crm_score_events {	/* zeroed is valid and empty */
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
/* Is it worth while: does the run score the most of its records? Counts what
 * feed's condition lets through, and notes their ids. False after a reported
 * failure. */
bool crm_score_events_begin(struct crm_score_events *s,
    struct crm_score_job *j, const struct crm_rules *r, bool *worth) CRM_MUST;
/* Reads all events that a rule counts (with back-tests purchases, too). False
 * after a reported failure. */
bool crm_score_events_read(struct crm_score_events *s,
    struct crm_score_job *j, const struct crm_rules *r) CRM_MUST;
/* Adds the events of the record with that place in the store's order to the
 * tally; true where one was a hit. */
bool crm_score_events_add(const struct crm_score_events *s, size_t no,
    struct crm_tally *t, const struct crm_rules *r, int64_t now);
void crm_score_events_release(struct crm_score_events *s);

#endif
