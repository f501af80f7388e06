/* Records with known outcomes, taken apart into fields and values: what a
 * model is trained on. */
#ifndef CRM_DATASET_H
#define CRM_DATASET_H

#include "base/base.h"
#include "base/map.h"
#include "base/mem.h"
#include "model/record.h"

enum { CRM_LEVEL_MAX = 64 };	/* bytes; longer text counts as present */

struct crm_data_level {
	uint64_t count[2];	/* rows by outcome */
	double number;		/* NaN: text */
};

struct crm_data_field {
	struct crm_str path;
	uint64_t present[2];	/* rows that have it, by outcome */
	uint64_t values;
	bool list;		/* an array of scalars: tags */
	struct crm_map levels;	/* value -> index into level */
	struct crm_data_level *level;
	size_t caplevels;
};

struct crm_data_value {
	uint32_t field, level;
	double number;		/* NaN where it is none */
};

struct crm_data_row {
	uint64_t hash;		/* of the line: an order that input has no say in */
	size_t from, n;		/* its values */
	uint8_t outcome;
};

struct crm_dataset {	/* zeroed is valid and empty */
	struct crm_map fields;	/* path -> index into field */
	struct crm_data_field *field;
	size_t capfields;
	struct crm_data_value *value;
	size_t nvalues, capvalues;
	struct crm_data_row *row;
	size_t n, caprows;
	uint64_t count[2];
	unsigned kinds;		/* enum crm_outcome_kind of its records */
	struct crm_str told;	/* the caller's: this field is the outcome */
	struct crm_buf tmp;
};

/* Adds a record. Objects are entered one level (address.country), arrays of
 * scalars are tags, of objects counts, dates and long texts only count as
 * present. `part` (with a name, else none) is one more field: the period of a
 * discrete-time model. `fields` (n of them; 0: all): only those are taken. */
struct crm_data_part {
	struct crm_str name, value;
};
void crm_dataset_add(struct crm_dataset *d, const struct crm_rec *r,
    bool outcome, struct crm_data_part part, const struct crm_str *fields,
    size_t nfields);
/* Sorts the rows by their hash. */
void crm_dataset_sort(struct crm_dataset *d);
void crm_dataset_release(struct crm_dataset *d);

/* The raw value of a field by its path as crm_dataset_add makes it: a key of
 * the record, or one of an object in it; keys may have dots of their own. */
bool crm_data_find(const struct crm_rec *r, struct crm_str path,
    struct crm_str *out);

/* How a raw value counts for a model. */
enum crm_data_kind { CRM_DATA_NONE, CRM_DATA_NUMBER, CRM_DATA_TEXT };
/* A scalar's text view (into val or b) and, for numbers and numbers in
 * strings, its value. Dates, e-mail addresses and long texts are the level
 * "(any)". NONE for null, "" and what is no scalar. */
enum crm_data_kind crm_data_scalar(struct crm_str val, struct crm_buf *b,
    struct crm_str *level, double *number);

#endif
