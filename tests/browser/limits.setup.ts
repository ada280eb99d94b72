// A journey loads the application several times. It waits for conditions only, so this is what a hanging one costs.
jest.setTimeout(120_000);
