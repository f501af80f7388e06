#!/usr/bin/perl
# power.pl LOG BASE OUT SEED N: what the disk may hold when the power fails.
# LOG is strace's (-f -y -xx -s big) of a sink's writes, BASE the store's
# data.mdb before, OUT an empty directory. Makes N images OUT/I.mdb, each of the
# moment before some call of the log, and OUT/I.ack, the ids on stdout by then.
# What was synced is in the image, of the rest any part, sector by sector: the
# model of a disk with a volatile cache. The meta page's descriptor is O_DSYNC:
# its writes are there when they return.
use strict;
use warnings;
my ($log, $base, $out, $seed, $n) = @ARGV;
srand $seed;
use constant SECTOR => 512;
my $name = unpack 'H*', 'data.mdb';
$name =~ s/(..)/\\x$1/g;

sub slurp {
	open my $f, '<:raw', $_[0] or die "$_[0]: $!";
	local $/;
	return scalar <$f>;
}

sub bytes {
	my ($hex) = @_;
	$hex =~ s/\\x//g;
	return pack 'H*', $hex;
}

# [kind, at, bytes]: write, durable (a write that is there at once), sync, size,
# ack
my (@event, %pos, %fds);
open my $f, '<', $log or die "$log: $!";
while (<$f>) {
	s/^\d+ +//;
	if (/^write\(1<.*?>, "([^"]*)"/) {
		push @event, ['ack', 0, bytes($1)];
		next;
	}
	next unless /^(\w+)\((\d+)<[^>]*\Q$name\E>/;
	my ($call, $fd) = ($1, $2);
	$fds{$fd} = 1;
	if ($call eq 'lseek' && /, (\d+), SEEK_SET\) = \d/) {
		$pos{$fd} = $1;
	} elsif ($call eq 'writev') {
		my $all = join '', map { bytes($_) } /iov_base="([^"]*)"/g;
		push @event, ['write', $pos{$fd} // 0, $all];
		$pos{$fd} += length $all;
	} elsif ($call eq 'pwrite64' && /"([^"]*)", \d+, (\d+)\) = \d/) {
		# the environment's own descriptor is the lower one
		my $meta = $fd != (sort { $a <=> $b } keys %fds)[0];
		push @event, [$meta ? 'durable' : 'write', $2, bytes($1)];
	} elsif ($call =~ /^f(data)?sync$/) {
		push @event, ['sync'];
	} elsif ($call eq 'ftruncate' && /, (\d+)\) = 0/) {
		push @event, ['size', $1, ''];
	}
}
die "no writes in $log\n" unless grep { $_->[0] eq 'durable' } @event;

sub put {
	my ($image, $at, $data) = @_;
	$$image .= "\0" x ($at - length $$image) if length $$image < $at;
	substr($$image, $at, length $data) = $data;
}

sub put_some {
	my ($image, $e) = @_;
	my $keep = rand;
	for (my $o = 0; $o < length $e->[2]; $o += SECTOR) {
		put($image, $e->[1] + $o, substr $e->[2], $o, SECTOR)
		    if rand() < $keep;
	}
}

my $before = slurp($base);
for my $i (0 .. $n - 1) {
	my ($image, @loose) = ($before);
	my $ack = '';
	my $cut = int rand @event + 1;
	for my $e (@event[0 .. $cut - 1]) {
		if ($e->[0] eq 'ack') {
			$ack .= $e->[2];
		} elsif ($e->[0] eq 'durable') {
			put(\$image, $e->[1], $e->[2]);
		} elsif ($e->[0] eq 'sync') {
			put(\$image, $_->[1], $_->[2]) for @loose;
			@loose = ();
		} else {
			push @loose, $e;
		}
	}
	put_some(\$image, $_) for sort { rand() <=> .5 } @loose;
	# a meta page on its way: one sector, there or not
	put(\$image, $event[$cut][1], $event[$cut][2])
	    if $cut < @event && $event[$cut][0] eq 'durable' && rand() < .5;
	open my $o, '>:raw', "$out/$i.mdb" or die "$out/$i.mdb: $!";
	print $o $image;
	close $o;
	open $o, '>', "$out/$i.ack" or die "$out/$i.ack: $!";
	print $o "$1\n" while $ack =~ /^\{"id":"([^"]+)"/mg;
	close $o;
}
