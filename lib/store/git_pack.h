/* Packs of git objects (gitformat-pack(5), pack and index version 2), written
 * and read by our own code: libgit2's builder searches for deltas, which takes
 * longer than all the rest. Ours tell records of a type by one of them. */
#ifndef CRM_GIT_PACK_H
#define CRM_GIT_PACK_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"

enum crm_git_kind { CRM_GIT_DELTA, CRM_GIT_COMMIT, CRM_GIT_TREE, CRM_GIT_BLOB };
/* Of an entry that names its base by its distance. */
enum { CRM_GIT_OFS = 6 };

struct crm_git_oid {
	uint8_t b[20];
};
void crm_git_hex(const struct crm_git_oid *id, char out[41]);
bool crm_git_unhex(struct crm_str hex, struct crm_git_oid *out);

struct crm_git_obj {
	enum crm_git_kind kind;
	struct crm_str data;
	struct crm_git_oid oid;	/* out */
	/* Objects with the same number are likely to have much in common; 0: with
	 * none. */
	unsigned like;
};

/* Fills in the object's name. */
void crm_git_name(struct crm_git_obj *o);

struct crm_git_pack;
/* A pack to be written into the directory objects/pack, under a temporary name
 * that the next holder of the mirror's lock removes. */
enum crm_status crm_git_pack_new(const char *dir, struct crm_git_pack **out,
    struct crm_err *err) CRM_MUST;
/* Names the objects and appends those the pack does not hold yet, in order.
 * Large groups are compressed by several threads. */
enum crm_status crm_git_pack_add(struct crm_git_pack *p,
    struct crm_git_obj *obj, size_t n, struct crm_err *err) CRM_MUST;
/* Appends an entry of another pack as it stands there; *copied is false, and
 * nothing done, for a delta whose base is not in this one. */
struct crm_git_entry;
enum crm_status crm_git_pack_copy(struct crm_git_pack *p,
    const struct crm_git_entry *e, bool *copied, struct crm_err *err)
    CRM_MUST;
uint64_t crm_git_pack_bytes(const struct crm_git_pack *p);
size_t crm_git_pack_count(const struct crm_git_pack *p);
/* The names of its objects, in order; freed by the caller. Is one among them? */
struct crm_git_oid *crm_git_pack_names(const struct crm_git_pack *p,
    size_t *n);
bool crm_git_names_have(const struct crm_git_oid *names, size_t n,
    const struct crm_git_oid *oid);
/* Makes it durable and visible, and frees it; an empty one leaves no file.
 * name (may be NULL) receives "pack-HEX". */
enum crm_status crm_git_pack_finish(struct crm_git_pack *p, char name[48],
    struct crm_err *err) CRM_MUST;
void crm_git_pack_abort(struct crm_git_pack *p);

/* An entry of a pack on disk, in the order of offsets. */
struct crm_git_entry {
	struct crm_git_oid oid;
	enum crm_git_kind kind;	/* DELTA: ask the repository */
	uint64_t size;		/* of what was compressed */
	struct crm_str z;	/* its compressed data */
	bool delta;		/* told by an object of the same pack: */
	struct crm_git_oid base;
	/* private */
	const struct crm_git_packmap *map;
	uint64_t back;		/* place of the base */
};
/* Tells every entry of DIR/NAME.pack; CORRUPT git.pack. */
enum crm_status crm_git_pack_each(const char *dir, const char *name,
    enum crm_status (*fn)(void *ctx, const struct crm_git_entry *e,
    struct crm_err *err), void *ctx, struct crm_err *err) CRM_MUST;
/* The object of an entry that is not of kind DELTA; out is replaced. */
enum crm_status crm_git_inflate(const struct crm_git_entry *e,
    struct crm_buf *out, struct crm_err *err) CRM_MUST;

/* The packs of a directory, for finding single objects. */
struct crm_git_packset;
enum crm_status crm_git_packset_open(const char *dir,
    struct crm_git_packset **out, struct crm_err *err) CRM_MUST;
void crm_git_packset_close(struct crm_git_packset *s);
/* An object that lies in one of them, its name checked; false where there is none
 * such, or one that is told by an object of another pack. out is replaced. */
bool crm_git_packset_read(struct crm_git_packset *s,
    const struct crm_git_oid *oid, enum crm_git_kind *kind,
    struct crm_buf *out);

#endif
