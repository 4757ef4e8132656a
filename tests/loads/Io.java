// SPDX-License-Identifier: GPL-2.0-only
// For guest.sh: files, threads and garbage in Java, each result checked.
import java.io.RandomAccessFile;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

class Io {
	private static final AtomicInteger errors = new AtomicInteger();

	private static void work(int thread) {
		Map<Integer, String> map = new HashMap<>();

		try (RandomAccessFile file = new RandomAccessFile("/tmp/loads/java." + thread, "rw")) {
			for (int i = 0; i < 5000; i++) {
				file.seek(i % 100);
				file.write(i);
				file.seek(i % 100);
				if (file.read() != (i & 255))
					errors.incrementAndGet();
				map.put(i, new String("entry " + i));
			}
		} catch (Exception e) {
			errors.incrementAndGet();
		}
		for (int i = 0; i < 5000; i++) {
			if (!map.get(i).equals("entry " + i))
				errors.incrementAndGet();
		}
	}

	public static void main(String[] args) throws Exception {
		Thread[] threads = new Thread[4];

		for (int i = 0; i < threads.length; i++) {
			int number = i;

			threads[i] = new Thread(() -> work(number));
			threads[i].start();
		}
		for (Thread thread : threads)
			thread.join();
		System.out.println(errors.get() + " errors");
	}
}
