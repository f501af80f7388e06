/* Finding duplicates: pure over records, no store, no output. Records go in as
 * raw field values; pairs with their probability and reasons, and clusters,
 * come out. The method is Fellegi and Sunter's (1969) with three kinds of
 * pairs - the same, related (household, colleague, branch), strangers - whose
 * weights are learned from the records themselves (EM, Dempster 1977), and
 * average-link clustering. Results do not depend on the order of the records
 * nor on the number of threads. */
#ifndef CRM_MATCH_H
#define CRM_MATCH_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"

enum crm_match_kind {
	CRM_MATCH_GIVEN, CRM_MATCH_FAMILY, CRM_MATCH_NAME, CRM_MATCH_ORG,
	CRM_MATCH_EMAIL, CRM_MATCH_PHONE, CRM_MATCH_DATE, CRM_MATCH_CODE,
	CRM_MATCH_STREET, CRM_MATCH_POSTCODE, CRM_MATCH_CITY,
	CRM_MATCH_COUNTRY, CRM_MATCH_TEXT, CRM_MATCH_KINDS
};

/* "given_name" ...; NULL past the last. */
const char *crm_match_kind_name(enum crm_match_kind k);
/* False for a word that names no kind. */
bool crm_match_kind_of(struct crm_str name, enum crm_match_kind *k);
/* The kind that a column of this name most likely has, in words that files
 * use: surname, dob, ssn, zip, "Phone 1"; false where it says nothing. */
bool crm_match_guess(struct crm_str column, enum crm_match_kind *k);

struct crm_match_field {
	struct crm_str name;	/* borrowed for the matcher's life */
	enum crm_match_kind kind;
};

enum crm_match_subject {
	CRM_MATCH_ANY, CRM_MATCH_PERSONS, CRM_MATCH_ORGANISATIONS
};

struct crm_match_opts {
	const struct crm_match_field *field;
	size_t nfields;
	struct crm_str nicknames;	/* text of nicknames.tsv, or empty */
	struct crm_str pinyin;		/* text of pinyin.tsv, or empty */
	enum crm_match_subject subject;	/* what `name` holds */
	unsigned threads;	/* 0: 1 */
	uint64_t memory;	/* bytes for keys; 0: the usual. More wait in a
				 * temporary file */
	const char *tmpdir;	/* where; NULL: /tmp. Borrowed */
	bool shipped;		/* keep to the shipped weights and frequencies */
	double prior;		/* with shipped: probability before looking */
	bool across;		/* compare records of different sources only */
	bool link;		/* also one record of each source to a cluster */
	double group;		/* probability that joins clusters; 0: 0.5 */
};

/* The raw values of one field of one record. */
struct crm_match_vals {
	const struct crm_str *v;
	size_t n;
};

struct crm_match;	/* a set of records and what is found in it */

/* USAGE for more than 24 fields. Owned by the caller. */
enum crm_status crm_match_new(const struct crm_match_opts *o,
    struct crm_match **out, struct crm_err *err) CRM_MUST;
void crm_match_free(struct crm_match *m);

/* Adds a record: vals has one entry a field. age orders records, the oldest
 * (smallest) names its cluster; equal ages go by id. Source may be empty.
 * All strings are copied. */
void crm_match_add(struct crm_match *m, struct crm_str id,
    struct crm_str source, struct crm_str age,
    const struct crm_match_vals *vals);
/* What the `name` of the next record added is. */
void crm_match_hint(struct crm_match *m, enum crm_match_subject subject);
/* A person's or rule's word on a pair of ids: not the same, or the same.
 * Ids that were not added are ignored. Before crm_match_run. */
void crm_match_say(struct crm_match *m, struct crm_str a, struct crm_str b,
    bool same);
/* The same, and a lesson: what was said of a fair share of the doubtful pairs,
 * from which the model learns for the others. The last word on a pair counts. */
void crm_match_teach(struct crm_match *m, struct crm_str a, struct crm_str b,
    bool same);
/* Lessons whose records were added; after crm_match_run. */
size_t crm_match_lessons(const struct crm_match *m);

/* Finds candidates, learns the weights, scores and clusters. Of many records
 * that say exactly the same all join the group of the first, and each makes a
 * pair with that one, not with all others. SYSTEM where a
 * thread cannot be made; SYSTEM, FULL: the temporary file. */
enum crm_status crm_match_run(struct crm_match *m, struct crm_err *err)
    CRM_MUST;

/* Only what crm_match_explain needs, instead of crm_match_run: no candidates,
 * no learning, no clusters. */
enum crm_status crm_match_ready(struct crm_match *m, struct crm_err *err)
    CRM_MUST;

/* After crm_match_ready: forgets the records and what was said of them, keeps
 * the weights and the words it has met, so that the next few records cost no
 * new matcher. The words stay in memory: now and then a new one is better. */
void crm_match_clear(struct crm_match *m);

/* Records are numbered 0..n-1 below, in an order of the matcher's own. */
size_t crm_match_count(const struct crm_match *m);
struct crm_str crm_match_id(const struct crm_match *m, uint32_t rec);
/* Place of the record in the order of crm_match_add. */
uint32_t crm_match_input(const struct crm_match *m, uint32_t rec);

/* True if x names a cluster before y: older, then by id. */
bool crm_match_is_older(const struct crm_match *m, uint32_t x, uint32_t y);

struct crm_match_pair {
	uint32_t a, b;		/* a is the older record */
	double p;		/* probability that they are the same */
};
/* Pairs of at least the probability p, by (id of a, id of b). Where not only
 * records of different sources are compared, p is what the pair's clusters
 * make of its own (crm_match_explain). The array is the matcher's. */
const struct crm_match_pair *crm_match_pairs(struct crm_match *m, double p,
    size_t *n);

struct crm_match_cluster {
	const uint32_t *rec;	/* the oldest first */
	size_t n;
	double p;		/* mean over its pairs */
	double weakest;		/* of the links that hold it together */
	bool vetoed;		/* some pair in it speaks against */
};
/* Clusters of two records and more, by the oldest's id. */
const struct crm_match_cluster *crm_match_clusters(struct crm_match *m,
    size_t *n);

/* Probabilities of all pairs of a cluster's first n members, as crm_match_pairs
 * states them: that of members i and j into p[i * n + j]. */
void crm_match_inside(const struct crm_match *m,
    const struct crm_match_cluster *c, size_t n, double *p);

struct crm_match_why {
	struct crm_str field;
	const char *level;	/* "exact", "initial" ... */
	double weight;		/* bits; > 0 speaks for the same */
};
/* Why a pair has its probability: one entry a field that both have, at most
 * 24; the prior is not among them (*prior, in bits). Returns how many. */
size_t crm_match_explain(const struct crm_match *m, uint32_t a, uint32_t b,
    struct crm_match_why why[24], double *prior, double *p);

/* Sets the probability of each of these pairs; crm_match_ready is enough. */
void crm_match_judge(const struct crm_match *m, struct crm_match_pair *pair,
    size_t n);

/* What the model expects: share of the groups' pairs that are right, and of
 * the true pairs that were found, at a threshold. */
void crm_match_expect(const struct crm_match *m, double threshold,
    double *precision, double *recall);

/* The learned weights as one line of JSON, and back (INVALID: not a model;
 * CONFLICT: of other fields). A loaded model is not learned anew. */
void crm_match_model_save(const struct crm_match *m, struct crm_str type,
    struct crm_buf *out);
enum crm_status crm_match_model_load(struct crm_match *m, struct crm_str text,
    struct crm_err *err) CRM_MUST;

/* Keys of one record on its own, for a search that is spread over machines:
 * records that are the same share some, most others none. Ascending, each
 * once. The matcher must be shipped, of one thread, and hold no records; it
 * holds none afterwards. */
enum { CRM_MATCH_STREAM_KEYS = 64 };
size_t crm_match_stream_keys(struct crm_match *m,
    const struct crm_match_vals *vals, uint64_t key[CRM_MATCH_STREAM_KEYS]);

/* The keys under which a name is found in any script or spelling: 64-bit
 * numbers for an index, at most max. Names that share none are different. */
size_t crm_match_name_keys(struct crm_str text, uint64_t *key, size_t max);

#endif
