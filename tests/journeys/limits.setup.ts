// A journey loads the application several times; nothing here waits for longer than it takes.
jest.setTimeout(40_000);
