/* What the matcher's files share. */
#ifndef CRM_MATCH_INNER_H
#define CRM_MATCH_INNER_H

#include "base/mem.h"
#include "match/intern.h"
#include "match/latin.h"
#include "match/match.h"
#include "match/lexicon.h"
#include "match/similar.h"
#include "match/transcribe.h"

/* ---- words of names and addresses */

enum crm_sim {	/* how alike two words are, rising */
	CRM_SIM_NONE, CRM_SIM_FAR, CRM_SIM_FAIR, CRM_SIM_INITIAL, CRM_SIM_NICK,
	CRM_SIM_NEAR, CRM_SIM_EXACT
};

struct crm_tok {
	uint32_t latin;	/* number of the Latin form in crm_match.latin */
	uint32_t sim;	/* number of the form that is compared, in .sim */
	uint32_t sound;	/* what is compared between scripts, in .sim */
	struct crm_letters letters;
	uint8_t nskel;
	uint8_t len;	/* letters */
	bool foreign;	/* not in Latin script */
	bool digits;	/* holds a digit */
	bool vowelless;	/* Arabic or Hebrew */
	bool han;	/* Chinese characters: their sound is not certain */
	bool loose;	/* a script whose Latin forms have few letters in common */
	bool syllables;	/* Chinese characters, kana, Hangul */
	bool initial;	/* one letter, of a script in which that is no word */
	uint8_t ways;	/* to read it, in .read of the matcher */
	uint32_t read;
	uint32_t given, family, org;	/* records that use it so */
	const struct crm_lexeme *word;
	uint64_t skel[CRM_SKELETONS], coarse[CRM_SKELETONS];
};

/* ---- columns: what is compared */

enum crm_feat {
	CRM_F_GIVEN, CRM_F_FAMILY, CRM_F_ORG, CRM_F_EMAIL, CRM_F_PHONE,
	CRM_F_DATE, CRM_F_CODE, CRM_F_STREET, CRM_F_POST, CRM_F_CITY,
	CRM_F_COUNTRY, CRM_F_TEXT, CRM_FEATS
};

enum { CRM_MAXCOL = 24, CRM_MAXLEVEL = 10, CRM_MAXTOK = 14 };

/* Sorts of related pairs: by household, by company, by place; those from
 * CRM_HEIRS on are pieced together from these: two of a household who bear one
 * name, as father and son; and kin who share a telephone, not an address. */
enum { CRM_HEIRS = 3, CRM_KIN, CRM_RELATED };
#define CRM_NEVER 1e-30	/* the share of a sort that cannot be */

struct crm_col {
	enum crm_feat feat;
	struct crm_str name;
	bool own;		/* the record's own name, not another's */
	struct crm_intern t;	/* values in their normal form */
	uint32_t *count;	/* records that have a value */
	size_t countcap;
	uint32_t *val;		/* a record: 0, a value, or CRM_MULTI | place */
	size_t valcap;
	uint32_t *multi;	/* count, values ... */
	size_t nmulti, multicap;
	float *weight;		/* of words: bits of information */
	size_t nweights, weightcap;	/* kept from one set to the next */
	uint32_t present;	/* records that have any value */
	double exact;		/* probability that two records share a value */
};
#define CRM_MULTI 0x80000000u

/* ---- the model: probabilities of the levels of every column */

struct crm_match_part {	/* of pairs of one sort */
	double m[CRM_MAXCOL][CRM_MAXLEVEL + 1];
	double r[CRM_RELATED][CRM_MAXCOL][CRM_MAXLEVEL + 1];
	double pm, pr[CRM_RELATED];	/* shares of all pairs */
};

struct crm_match_model {
	double u[CRM_MAXCOL][CRM_MAXLEVEL + 1];
	struct crm_match_part part[2];	/* persons; companies by own name */
	double slope, shift;	/* of stated over raw log-odds */
	bool loaded;
};

/* The model's logarithms, as scoring wants them. */
struct crm_match_logs {
	double u[CRM_MAXCOL][CRM_MAXLEVEL + 1];
	double m[2][CRM_MAXCOL][CRM_MAXLEVEL + 1];
	double r[2][CRM_RELATED][CRM_MAXCOL][CRM_MAXLEVEL + 1];
	double pm[2], rest[2], pr[2][CRM_RELATED];
};

/* ---- candidate pairs */

struct crm_pattern {	/* the levels of all columns, 4 bits each */
	uint64_t w[2];
};

struct crm_cands {
	uint64_t *first;	/* n + 1: where a record's candidates begin */
	uint32_t *rec;		/* the other record, always greater */
	uint32_t *pat;		/* number of the pattern */
	struct crm_pattern *pattern;
	uint64_t *times;	/* how often a pattern occurs */
	size_t npatterns;
	uint64_t n;
};

struct crm_said {
	uint32_t a, b;
	size_t at;	/* place in what was said */
	bool same, lesson;
};

struct crm_match {
	struct crm_match_opts o;
	struct crm_lexicon words;
	struct crm_han han;
	struct crm_scribes scribes;
	uint16_t *read;		/* words in other scripts: see crm_scribe_read */
	size_t nread, readcap;
	struct crm_intern tokens, latin, sim;
	struct crm_tok *tok;
	size_t tokcap;
	struct crm_col col[CRM_MAXCOL];
	size_t ncols;
	int given, family, org, name;	/* columns, -1: none */
	struct crm_col names;	/* full names before they are split */
	uint8_t place[64];	/* of each configured field: its column */
	/* records */
	struct crm_arena text;
	struct crm_str *id, *age;
	uint64_t *content;
	uint32_t *source, *input;
	size_t n, cap[5];
	uint32_t *row;		/* the columns' values, record by record */
	struct crm_intern sources;
	struct crm_buf fold, scratch, words_buf, rest_buf;
	enum crm_match_subject next;	/* of the record added next */
	enum crm_match_subject subject;	/* of the record that is put */
	struct crm_intake *intake;	/* NULL: records are put at once */
	/* pairs a person decided */
	struct crm_buf said_text;
	struct crm_said *said;
	size_t nsaid, saidcap;
	/* results */
	struct crm_match_model model;
	struct crm_match_logs logs;
	struct crm_cands cand;
	struct crm_match_pair *pair;
	double *odds;		/* raw log-odds of each pair */
	size_t npairs;
	double taught;		/* by which lessons move the stated log-odds */
	bool refined;
	double trouble;		/* trouble.c */
	size_t vouched;
	bool settled;		/* the pairs were seen among the clusters */
	struct crm_match_cluster *cluster;
	uint32_t *member;
	size_t nclusters;
	/* copies.c: records n .. n + copies - 1 stand aside */
	uint32_t *copy;		/* of each of them: the record it copies */
	size_t copies;
	struct crm_match_cluster *whole;	/* clusters with copies */
	uint32_t *whole_member;
};

/* match.c: what crm_match_add does, at once, or in two threads: one for what
 * is made of words, of record number rec, and one for the rest. */
void crm_match_put_words(struct crm_match *m, size_t rec,
    enum crm_match_subject subject, const struct crm_match_vals *vals);
void crm_match_put_rest(struct crm_match *m, struct crm_str id,
    struct crm_str source, struct crm_str age,
    const struct crm_match_vals *vals);
void crm_match_put(struct crm_match *m, struct crm_str id,
    struct crm_str source, struct crm_str age, enum crm_match_subject subject,
    const struct crm_match_vals *vals);
/* intake.c */
struct crm_intake *crm_intake_new(struct crm_match *m);
/* All strings are copied. */
void crm_intake_add(struct crm_intake *in, struct crm_str id,
    struct crm_str source, struct crm_str age, enum crm_match_subject subject,
    const struct crm_match_vals *vals);
/* Waits until all is put. NULL is valid. */
void crm_intake_free(struct crm_intake *in);

/* A list of words as it is stored. */
struct crm_list {
	const uint32_t *t;
	size_t n;
};
static inline struct crm_list
crm_list_of(struct crm_str bytes)
{
	struct crm_list l = { (const uint32_t *)(const void *)bytes.p,
	    bytes.n / 4 };
	if (l.n > CRM_MAXTOK)
		l.n = CRM_MAXTOK;
	return l;
}

/* token.c */
uint32_t crm_token(struct crm_match *m, struct crm_str folded);
/* Cuts the next word off a folded text: letters, marks and digits; dots and
 * apostrophes inside vanish into scratch. False at the end. */
bool crm_token_next(struct crm_buf *scratch, struct crm_str *rest,
    struct crm_str *word);
enum crm_sim crm_token_sim(const struct crm_match *m, uint32_t a, uint32_t b);
/* sound.c: the letters of a Latin form, one for each sound that scripts tell
 * apart. */
void crm_sound_put(struct crm_str latin, struct crm_buf *out);
/* How alike a word in another script and one in Latin are by what is known of
 * that script, in thousandths, from `least` on; 0 where that is nothing. */
unsigned crm_sound_known(const struct crm_match *m, const struct crm_tok *x,
    const struct crm_tok *y, unsigned least);
/* How alike two words sound, in thousandths. */
unsigned crm_sound_words(const struct crm_match *m, const struct crm_tok *x,
    const struct crm_tok *y);
/* How alike words in another script and Latin ones sound, all of each run
 * together, in thousandths; 0 where they are not that, or one and one. */
unsigned crm_sound_joined(const struct crm_match *m, struct crm_list a,
    struct crm_list b);
/* How alike two lists in different scripts sound, in thousandths;
 * 0 where they are in one script or too short to tell. */
unsigned crm_sound_like(const struct crm_match *m, struct crm_list a,
    struct crm_list b);
static inline struct crm_str
crm_token_latin(const struct crm_match *m, uint32_t t)
{
	return crm_intern_str(&m->latin, m->tok[t].latin);
}

/* True for JP, which may stand for Jean-Pierre. */
bool crm_token_initials(const struct crm_match *m, uint32_t t);
/* True for given names that differ by being a man's and a woman's: Paul and
 * Paula, Michael and Michelle. */
bool crm_token_sexes(const struct crm_match *m, uint32_t a, uint32_t b);
/* True for given names that are near one another and yet not the same: Ahmed,
 * Hamed. */
bool crm_token_others(const struct crm_match *m, uint32_t a, uint32_t b);
/* True where one is in Han characters and the other is not: that they differ
 * says nothing. */
bool crm_token_apart(const struct crm_match *m, struct crm_list a,
    struct crm_list b);
/* The compared forms of a list's words run together: the first 64 letters. */
struct crm_str crm_token_glue(const struct crm_match *m, struct crm_list l,
    char buf[64]);
size_t crm_token_glue_len(const struct crm_match *m, struct crm_list l);
/* The distance of two lists run together, where it is at most max. */
unsigned crm_token_glue_osa(const struct crm_match *m, struct crm_list a,
    struct crm_list b, unsigned max);

/* column.c */
uint32_t crm_col_put(struct crm_col *c, struct crm_str bytes);
/* Gives record number rec these values (0 are skipped, equal ones merged). */
void crm_col_set(struct crm_col *c, size_t rec, const uint32_t *v, size_t n);
/* What stands in a record's place of a column: 0, a value, CRM_MULTI | place;
 * from crm_match_ready on. */
#define CRM_AT(m, col, rec) ((m)->row[(size_t)(rec) * (m)->ncols + (size_t)(col)])
/* The values of a record. */
static inline const uint32_t *
crm_col_get(const struct crm_match *m, size_t col, size_t rec, size_t *n)
{
	const uint32_t *v = &CRM_AT(m, col, rec);
	if (*v & CRM_MULTI) {
		v = m->col[col].multi + (*v & ~CRM_MULTI);
		*n = *v;
		return v + 1;
	}
	*n = *v != 0;
	return v;
}
void crm_col_release(struct crm_col *c);

/* norm_*.c: a raw value as the bytes of its normal form, appended to out;
 * nothing where the value says nothing. */
/* True for n/a, unknown, test, xxx and the like, of folded text. */
bool crm_match_says_nothing(struct crm_str folded);
void crm_match_norm_email(struct crm_str raw, struct crm_buf *out);
void crm_match_norm_phone(struct crm_str raw, struct crm_buf *out);
void crm_match_norm_date(struct crm_str raw, struct crm_buf *out);
void crm_match_norm_code(struct crm_str raw, struct crm_buf *out);
void crm_match_norm_post(struct crm_str raw, struct crm_buf *out);
void crm_match_norm_country(struct crm_str raw, struct crm_buf *out);
void crm_match_norm_words(struct crm_match *m, struct crm_str raw,
    struct crm_buf *out);
void crm_match_norm_street(struct crm_match *m, struct crm_str raw,
    struct crm_buf *out);
void crm_match_norm_org(struct crm_match *m, struct crm_str raw,
    struct crm_buf *out);

struct crm_match_email {
	struct crm_str local, domain, all;
	bool role, open;
};
struct crm_match_email crm_match_email_parse(struct crm_str norm);
struct crm_match_date {
	int y, m, d;	/* 0: not said */
	bool swap;	/* month and day may be meant the other way */
};
struct crm_match_date crm_match_date_parse(struct crm_str norm);

/* namekey.c: the numbers under which one folded word of a name is found. */
enum { CRM_WORD_KEYS = 12 };
size_t crm_match_word_keys(struct crm_str word, uint64_t key[CRM_WORD_KEYS]);

/* name.c */
void crm_match_split_names(struct crm_match *m);

/* compare.c */
struct crm_cache;	/* one a thread; NULL: nothing is remembered */
struct crm_cache *crm_cache_new(void);
void crm_cache_free(struct crm_cache *c);
void crm_match_compare(const struct crm_match *m, struct crm_cache *c, uint32_t a,
    uint32_t b, struct crm_pattern *out);
/* Asks for what comparing a record will read: first where its values are, and
 * some time later the values. */
void crm_match_fetch(const struct crm_match *m, uint32_t rec, bool first);
size_t crm_match_levels(enum crm_feat f);
const char *crm_match_level_name(enum crm_feat f, unsigned level);
static inline unsigned
crm_pattern_get(const struct crm_pattern *p, size_t col)
{
	return p->w[col / 16] >> (col % 16 * 4) & 15;
}
static inline void
crm_pattern_put(struct crm_pattern *p, size_t col, unsigned level)
{
	p->w[col / 16] |= (uint64_t)level << (col % 16 * 4);
}

/* compare_*.c */
unsigned crm_match_level_given(const struct crm_match *m, struct crm_list a,
    struct crm_list b);
unsigned crm_match_level_family(const struct crm_match *m, struct crm_list a,
    struct crm_list b);
void crm_match_level_person(const struct crm_match *m, const struct crm_list a[2],
    const struct crm_list b[2], unsigned level[2]);
unsigned crm_match_level_org(const struct crm_match *m, const struct crm_col *c,
    struct crm_list a, struct crm_list b);
unsigned crm_match_level_value(const struct crm_match *m, const struct crm_col *c,
    uint32_t a, uint32_t b);

/* firm.c: what the names of two companies that share one say beyond how much of
 * it they share, rising in what speaks against them. */
enum crm_firms {
	CRM_FIRMS_ALIKE,	/* or nothing is known */
	CRM_FIRMS_PART,		/* one has a word more: the whole and a part */
	CRM_FIRMS_BRANCH,	/* that word is a line of business, or a group's */
	CRM_FIRMS_APART,	/* each has a word of its own */
	CRM_FIRMS_OTHER		/* lines of business that differ */
};
enum crm_firms crm_match_firms(const struct crm_match *m, struct crm_list a,
    struct crm_list b);
/* against.c: what speaks against a pair, whatever speaks for it: the log-odds
 * that are left of odds; the column that says it into *col, where it changes
 * something. */
double crm_match_against(const struct crm_match *m, const struct crm_pattern *p,
    uint32_t a, uint32_t b, double odds, size_t *col);
#define CRM_ODDS_NEVER (-60.0)	/* as where a person said no */

/* block.c: groups of 2..CRM_CAP records that share an atom or two. */
enum { CRM_CAP = 10, CRM_MAXREC = 1 << 27 };
struct crm_blocks {	/* one after the other, records ascending in each */
	uint32_t *member;	/* CRM_MAXREC * size of the block + record; the
				 * last of a block is marked */
	size_t n, cap;
};
#define CRM_BLOCK_LAST 0x80000000u
enum crm_status crm_match_block(struct crm_match *m, struct crm_blocks *out,
    struct crm_err *err) CRM_MUST;
void crm_blocks_release(struct crm_blocks *b);
/* cand.c: the pairs of the blocks (of all records, where they are few), with
 * their patterns. */
enum crm_status crm_match_candidates(struct crm_match *m, struct crm_err *err)
    CRM_MUST;
/* How often each level occurs in pairs drawn at random. */
enum crm_status crm_match_random(struct crm_match *m,
    uint64_t count[CRM_MAXCOL][16], struct crm_err *err) CRM_MUST;
/* atom.c */
enum { CRM_MAXATOM = 58 };
/* Kinds of atoms of names and texts; of other columns: 0 the whole (an address
 * with its number), for the rest see there. */
enum {
	CRM_ATOM_WORD = 1, CRM_ATOM_SKELETON, CRM_ATOM_COARSE, CRM_ATOM_NICK,
	CRM_ATOM_GLUED, CRM_ATOM_SPACE = 16
};
struct crm_atom {
	uint64_t key;
	uint8_t group;	/* atoms of one group are not paired: 1 given name,
			 * 2 family name, 3 + a column's number */
	uint8_t kind;	/* what of the value it is: see atom.c */
	bool strong;	/* says so much that a crowd is worth a look */
};
size_t crm_match_atoms(const struct crm_match *m, uint32_t rec,
    struct crm_atom atom[CRM_MAXATOM]);

/* weights.c, em.c */
void crm_match_w_default(struct crm_match *m);
enum crm_status crm_match_w_learn(struct crm_match *m, struct crm_err *err)
    CRM_MUST;
/* Takes the logarithms of the model, whenever it has changed. */
void crm_match_w_logs(struct crm_match *m);
/* Raw log-odds (natural) of a pattern without looking at its values. */
double crm_match_w_odds(const struct crm_match *m, const struct crm_pattern *p);
/* The same with the frequency of the values that agree. */
double crm_match_w_pair(const struct crm_match *m, const struct crm_pattern *p,
    uint32_t a, uint32_t b, double *per_col);
double crm_match_w_p(const struct crm_match *m, double odds);

/* The most that the lowest level may have among the same. */
double crm_match_w_worst(const struct crm_col *c);
/* The most pairs of a pieced sort there can be to one of a household: none
 * where nothing is compared that would tell them from the same. */
double crm_match_w_most(const struct crm_match *m, int part, int related);
/* Pieces these sorts together from the levels of the others. */
void crm_match_w_piece(struct crm_match *m, int part);
/* How related pairs stand to a column: by chance like strangers, by chance but
 * more often (they come from the same people), or they share the very thing. */
enum crm_tie { CRM_TIE_NONE, CRM_TIE_ALIKE, CRM_TIE_SHARED };
enum crm_tie crm_match_w_tie(const struct crm_col *c, int related);

/* Which part of the model a pattern belongs to. */
static inline int
crm_match_w_part(const struct crm_match *m, const struct crm_pattern *p)
{
	return m->org >= 0 && m->given >= 0 &&
	    crm_pattern_get(p, (size_t)m->org) != 0;
}

/* said.c: finds the records of the pairs a person decided. */
void crm_match_find_said(struct crm_match *m);
/* refine.c: learns from what a person said, after crm_match_w_learn, before
 * pairs are scored for good. */
bool crm_match_has_lessons(const struct crm_match *m);
enum crm_status crm_match_refine(struct crm_match *m, struct crm_err *err)
    CRM_MUST;
/* pairs.c, cluster.c */
const struct crm_said *crm_match_said(const struct crm_match *m, uint32_t a,
    uint32_t b);
enum crm_status crm_match_score(struct crm_match *m, struct crm_err *err)
    CRM_MUST;
enum crm_status crm_match_group(struct crm_match *m, struct crm_err *err)
    CRM_MUST;
/* trouble.c: how much a pair's own looks can be trusted is seen where third
 * parties vouch for a pair: the more of those look unlike, the more of the
 * unlike are the same. Into trouble: the logarithm of the share that looks
 * unlike, over that of an ordinary set, within bounds; into vouched: of how many pairs. */
#define CRM_TROUBLE_MOST 0.8
#define CRM_SHIFT 0.2	/* of the stated log-odds, in an ordinary set */
void crm_match_see_trouble(struct crm_match *m);
enum { CRM_ASKED = 24 };	/* most members of a cluster that are asked */
/* Log-odds from here to there count, where a pair is one of many: it must not
 * outvote all others, least of all one that is doubted because a record says
 * little. */
#define CRM_ODDS_LEAST (-4.0)
#define CRM_ODDS_MOST 12.0
static inline double
crm_odds_within(double odds)
{
	return odds < CRM_ODDS_LEAST ? CRM_ODDS_LEAST :
	    odds > CRM_ODDS_MOST ? CRM_ODDS_MOST : odds;
}
/* What the stated log-odds of a pair of a group become by that of
 * its others that is most like both; best in raw log-odds. */
double crm_match_vouched(const struct crm_match *m, double odds, double best);
/* among.c: the pairs, and their probabilities, in the light of the clusters.
 * Once, after crm_match_group. */
void crm_match_among(struct crm_match *m);

/* cluster.c: members the oldest first; clusters by the oldest's id. */
void crm_match_sort_members(struct crm_match *m, uint32_t *rec, size_t n);
void crm_match_sort_clusters(struct crm_match *m, struct crm_match_cluster *c,
    size_t n);

/* run.c: puts record o[i].rec at i, for all. */
struct crm_match_order {
	const struct crm_match *m;
	uint32_t rec;
};
void crm_match_permute(struct crm_match *m, const struct crm_match_order *o);

/* copies.c: sets many copies of a record aside (records are in order, nothing
 * is learned yet); and gives them back with the results. */
void crm_match_part_copies(struct crm_match *m);
void crm_match_pair_copies(struct crm_match *m);
void crm_match_join_copies(struct crm_match *m);

/* pool.c: work(arg, thread, i) for i in 0..n-1 on several threads. */
typedef void (*crm_work)(void *arg, unsigned thread, size_t i);
enum crm_status crm_match_parallel(unsigned threads, size_t n, crm_work work,
    void *arg, struct crm_err *err) CRM_MUST;

#endif
